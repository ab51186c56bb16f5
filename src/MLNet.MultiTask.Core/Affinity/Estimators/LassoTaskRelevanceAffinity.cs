using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Task relevance by the Lasso (after Wang et al., "Improved active multi-task representation learning via Lasso", ICML
/// 2023): in one network of all tasks, the head of target i is written as a sparse combination of the other tasks'
/// heads; T[i, j] = Σ |ν| over the outputs of source j, mean over the outputs of target i. Not negative; the diagonal
/// is 0. Heads are compared as functions on the training rows, by the correlation of their outputs, since unlike weight
/// vectors on a redundant representation can be one function. The class scores of a task are centred first.
/// </summary>
/// <param name="options">How the network is trained, and the penalty.</param>
public sealed class LassoTaskRelevanceAffinity(LassoTaskRelevanceOptions options) : ITaskAffinityEstimator
{
    private readonly LassoTaskRelevanceOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Lasso task relevance";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task cannot be learned from the training rows (it is named).</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        int n = table.Tasks.Count;
        SharedBottomNetwork network = NetworkTrainer.Train(table, split, [.. Enumerable.Range(0, n)],
            _options.RunTraining(0, _options.Threads), cancellationToken).Network;
        double[][] outputs = CentredOutputs(network, table, split.Train);
        int m = outputs.Length;
        double[] correlations =
            SymmetricPairs.Of(m, diagonal: 1, (a, b) => Correlation.Pearson(outputs[a], outputs[b]), _options.Threads,
            cancellationToken);
        int[] taskOf = [.. Enumerable.Range(0, n).SelectMany(t => Enumerable.Repeat(t, table.Tasks[t].OutputCount))];
        double[][] relevances = ParallelRuns.Map(m, _options.Threads, a => Lasso.Solve(correlations, m, a,
            [.. Enumerable.Range(0, m).Where(b => taskOf[b] != taskOf[a])], _options.Lambda, cancellationToken),
                cancellationToken);
        var values = new double[n * n];
        for (int a = 0; a < m; a++)
            for (int b = 0; b < m; b++)
                values[taskOf[a] * n + taskOf[b]] += Math.Abs(relevances[a][b]) / table.Tasks[taskOf[a]].OutputCount;
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, Name)
        {
            Diagnostics = new Dictionary<string, double> { ["nonZeroShare"] = n == 1 ? 0
                : values.Count(v => v > 0) / (double)(n * (n - 1)) },
        };
    }

    /// <summary>[output][row]; of a multi-class task each score less the mean of its row's scores.</summary>
    private static double[][] CentredOutputs(SharedBottomNetwork network, TaskTable table, int[] rows)
    {
        var activations = new TrunkActivations(network, table, rows);
        NetworkShape shape = network.Shape;
        double[][] outputs = [.. Enumerable.Range(0, shape.OutputCount).Select(_ => new double[rows.Length])];
        for (int t = 0; t < shape.Tasks.Count; t++)
            for (int r = 0; r < rows.Length; r++)
            {
                ReadOnlySpan<float> own = activations.Outputs(r, t);
                double mean = own.Length == 1 ? 0 : System.Numerics.Tensors.TensorPrimitives.Sum(own) / own.Length;
                for (int k = 0; k < own.Length; k++)
                    outputs[shape.OutputOffset(t) + k][r] = own[k] - mean;
            }
        return outputs;
    }
}
