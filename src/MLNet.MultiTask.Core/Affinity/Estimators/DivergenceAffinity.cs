using System.Numerics.Tensors;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Distance between the tasks' data, without any training: the maximum mean discrepancy of (features, label) with the
/// kernel exp(−‖x − x'‖² / 2σ²)·(1 + ⟨y, y'⟩) (Gretton et al., JMLR 2012), by random Fourier features. Labels are ±1,
/// standardised numbers, or one 1 among the classes; tasks of other numbers of classes, or of classes and numbers, have
/// labels that cannot agree, and differ by all they say. T[i, j] = exp(−distance / median distance), symmetric,
/// diagonal 1; pairs with a constant label are not measured, nor is the only pair of two tasks. For tasks with rows of
/// their own it also sees that their features differ.
/// </summary>
/// <param name="options">Rows and kernel.</param>
public sealed class DivergenceAffinity(DivergenceOptions options) : ITaskAffinityEstimator
{
    private readonly DivergenceOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Divergence";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task has no observed training or validation row (it is named).</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        cancellationToken.ThrowIfCancellationRequested();
        int n = table.Tasks.Count;
        int[] order = [.. split.Train];
        new RandomStream(_options.Seed, "divergence/rows").Shuffle<int>(order);
        var frequencies = new RandomFrequencies(table, order[..Math.Min(order.Length, _options.Samples)],
            _options.Frequencies, _options.Width, _options.Seed);
        int[][] rows = [.. Enumerable.Range(0, n).Select(t =>
            order.Where(row => table.IsObserved(row, t)).Take(_options.Samples).ToArray())];
        bool[] constant = [.. rows.Select((own, t) =>
            !Array.Exists(own, row => table.Label(row, t) != table.Label(own[0], t)))];
        float[][] means = ParallelRuns.Map(n, _options.Threads, t => Embedding(table, frequencies, rows[t], t),
            cancellationToken);
        double[] distances = SymmetricPairs.Of(n, diagonal: 0,
            (i, j) => constant[i] || constant[j] ? double.NaN : Distance(means[i], means[j], frequencies.Length,
                Agree(table.Tasks[i], table.Tasks[j])), _options.Threads, cancellationToken);
        return DistanceSimilarity.ToAffinity(table.Tasks, distances,
            "the label of one is the same in every training row that was looked at", Name,
            new Dictionary<string, double> { ["width"] = frequencies.Width });
    }

    /// <summary>Mean of φ(x), and of φ(x) times every number of the label, one after the other.</summary>
    internal static float[] Embedding(TaskTable table, RandomFrequencies frequencies, int[] rows, int task)
    {
        TaskInfo info = table.Tasks[task];
        int length = frequencies.Length, outputs = info.Kind == TaskKind.Multiclass ? info.OutputCount : 1;
        double mean = rows.Average(row => (double)table.Label(row, task)),
            deviation = Math.Sqrt(rows.Average(row => Math.Pow(table.Label(row, task) - mean, 2)));
        var sums = new float[(1 + outputs) * length];
        double total = 0;
        foreach (int row in rows)
        {
            float weight = table.Weight(row, task), label = table.Label(row, task);
            total += weight;
            float[] phi = frequencies.Of(row);
            Add(0, weight);
            if (info.Kind == TaskKind.Multiclass)
                Add(1 + (int)label, weight);
            else
                Add(1, weight * (info.Kind == TaskKind.Binary ? 2 * label - 1
                    : deviation > 0 ? (float)((label - mean) / deviation) : 0));

            void Add(int part, float factor)
            {
                Span<float> sum = sums.AsSpan(part * length, length);
                TensorPrimitives.MultiplyAdd(phi, factor, sum, sum);
            }
        }
        TensorPrimitives.Multiply(sums, (float)(1 / total), sums);
        return sums;
    }

    private static bool Agree(TaskInfo one, TaskInfo other) =>
        (one.Kind == TaskKind.Multiclass) == (other.Kind == TaskKind.Multiclass)
        && (one.Kind != TaskKind.Multiclass || one.OutputCount == other.OutputCount);

    private static double Distance(float[] one, float[] other, int length, bool agree)
    {
        if (agree)
            return TensorPrimitives.Distance<float>(one, other);
        double features = TensorPrimitives.Distance<float>(one.AsSpan(0, length), other.AsSpan(0, length));
        return Math.Sqrt(features * features + TensorPrimitives.SumOfSquares<float>(one.AsSpan(length))
            + TensorPrimitives.SumOfSquares<float>(other.AsSpan(length)));
    }
}
