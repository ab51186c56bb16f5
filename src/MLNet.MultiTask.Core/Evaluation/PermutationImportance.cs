using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Evaluation;

/// <summary>Measures a <see cref="FeatureImportance"/>.</summary>
internal static class PermutationImportance
{
    /// <summary>Shuffles one feature after the other; the shuffles depend on seed, feature and repeat only.</summary>
    public static FeatureImportance Measure(MultiTaskModel model, TaskTable table, IReadOnlyList<string> names,
        int permutations, ulong seed, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permutations, 1);
        int d = table.FeatureCount, tasks = table.Tasks.Count;
        ConstantPredictor reference = ConstantPredictor.Learn(table.Tasks, table.Labels, table.Weights);
        double[] baseline = Primaries(model, table, null, 0, reference);
        var worse = new double[d][][];
        SharedPool.Run(d, Environment.ProcessorCount, feature =>
        {
            worse[feature] = new double[permutations][];
            for (int p = 0; p < permutations; p++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int[] order = new RandomStream(seed, $"importance/{feature}", p).Shuffled(table.RowCount);
                worse[feature][p] = Primaries(model, table, order, feature, reference);
            }
        });
        double[] means = new double[tasks * d], deviations = new double[tasks * d];
        for (int t = 0; t < tasks; t++)
            for (int f = 0; f < d; f++)
            {
                double sign = table.Tasks[t].Kind == TaskKind.Binary ? -1 : 1;
                double[] changes = [.. worse[f].Select(run => sign * (run[t] - baseline[t]))];
                double mean = means[t * d + f] = changes.Average();
                deviations[t * d + f] = permutations == 1 ? double.NaN
                    : Math.Sqrt(changes.Sum(c => (c - mean) * (c - mean)) / (permutations - 1));
            }
        return new FeatureImportance(table.Tasks, names, means, deviations);
    }

    // In blocks of rows; one feature comes from the rows of the order, if there is one.
    private static double[] Primaries(MultiTaskModel model, TaskTable table, int[]? order, int feature,
        ConstantPredictor reference)
    {
        const int blockRows = 1024;
        int d = table.FeatureCount;
        var scores = new float[table.RowCount * model.OutputCount];
        var block = new float[Math.Min(blockRows, table.RowCount) * d];
        for (int from = 0; from < table.RowCount; from += blockRows)
        {
            int[] rows = [.. Enumerable.Range(from, Math.Min(blockRows, table.RowCount - from))];
            table.Features.CopyRows(rows, block);
            for (int i = 0; i < rows.Length && order is not null; i++)
                block[i * d + feature] = table.Features[order[from + i], feature];
            model.Score(block, rows.Length, scores.AsSpan(from * model.OutputCount));
        }
        return [.. MultiTaskMetrics.Evaluate(table.Tasks, scores, table.Labels, table.Weights, reference).Tasks
            .Select(t => t.Primary)];
    }

    private static int[] Shuffled(this RandomStream random, int rows)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.NextInt32(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
