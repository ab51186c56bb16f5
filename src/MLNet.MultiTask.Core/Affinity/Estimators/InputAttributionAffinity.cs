using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Input attribution similarity (after Azorin et al., 2023): every task is trained alone; on the same rows input ×
/// gradient says which features its output rests on. T[i, j] = mean cosine of the two attributions over the rows, in
/// [−1, 1]. The output is the logit, the predicted value, or the margin of the predicted class. Symmetric; the diagonal
/// is 1. A row where a task's attribution is zero counts 0.
/// </summary>
/// <param name="options">How networks are trained, and how many rows are looked at.</param>
public sealed class InputAttributionAffinity(InputAttributionOptions options) : ITaskAffinityEstimator
{
    private readonly InputAttributionOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Input attribution";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        SharedBottomNetwork[] networks =
            [.. SingleTaskNetworks.Train(table, split, _options, cancellationToken).Select(r => r.Network)];
        int[] rows = [.. split.Validation.Take(_options.Rows)];
        int n = networks.Length, d = table.FeatureCount;
        float[][] attributions =
            ParallelRuns.Map(n, _options.Threads, t => Directions(networks[t], table, rows), cancellationToken);
        double[] cosines = SymmetricPairs.Of(n, diagonal: 1, (i, j) => Enumerable.Range(0, rows.Length).Average(r =>
            TensorPrimitives.Dot<float>(attributions[i].AsSpan(r * d, d), attributions[j].AsSpan(r * d, d))),
                _options.Threads, cancellationToken);
        bool[] empty = [.. attributions.Select(own => !own.AsSpan().ContainsAnyExcept(0))];
        var unmeasured = new UnmeasuredPairs(table.Tasks, (i, j) => empty[i] || empty[j],
            "one of the networks rests on no feature");
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], cosines, Name)
        {
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
            Diagnostics = new Dictionary<string, double> { ["rows"] = rows.Length },
        };
    }

    /// <summary>rows × d: x ⊙ ∂u/∂x of a network's only task, scaled to length 1; a zero stays.</summary>
    internal static float[] Directions(SharedBottomNetwork network, TaskTable table, int[] rows)
    {
        var activations = new TrunkActivations(network, table, rows);
        TaskInfo task = network.Shape.Tasks[0];
        int width = network.Shape.Layer(network.Shape.LayerCount - 1).Inputs, d = table.FeatureCount;
        var signals = new float[rows.Length * width];
        var directions = new float[rows.Length * task.OutputCount];
        for (int r = 0; r < rows.Length; r++)
        {
            ReadOnlySpan<float> z = activations.Outputs(r, 0);
            int predicted = task.Kind == TaskKind.Multiclass ? TensorPrimitives.IndexOfMax(z) : 1;
            Span<float> direction = directions.AsSpan(r * z.Length, z.Length);
            OutputLoss.At(task.Kind, z, predicted, direction);
            activations.HeadSignal(0, direction, signals.AsSpan(r * width, width));
        }
        float[] attribution = activations.Backward(signals, [.. Enumerable.Range(0, rows.Length)])[0];
        for (int r = 0; r < rows.Length; r++)
        {
            Span<float> row = attribution.AsSpan(r * d, d);
            activations.AddSkipSignal(0, directions.AsSpan(r * task.OutputCount, task.OutputCount), row);
            TensorPrimitives.Multiply(row, activations.Layers[0].AsSpan(r * d, d), row);
            float norm = TensorPrimitives.Norm<float>(row);
            if (norm > 0)
                TensorPrimitives.Divide(row, norm, row);
        }
        return attribution;
    }
}
