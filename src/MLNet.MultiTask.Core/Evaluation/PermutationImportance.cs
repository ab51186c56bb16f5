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
        double[] baseline = Primaries(model, table, table.Features, reference);
        var worse = new double[d][][];
        SharedPool.Run(d, Environment.ProcessorCount, feature =>
        {
            float[] features = [.. table.Features];
            worse[feature] = new double[permutations][];
            for (int p = 0; p < permutations; p++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Shuffle(table, features, feature, new RandomStream(seed, $"importance/{feature}", p));
                worse[feature][p] = Primaries(model, table, features, reference);
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

    private static double[] Primaries(MultiTaskModel model, TaskTable table, float[] features,
        ConstantPredictor reference)
    {
        var scores = new float[table.RowCount * model.OutputCount];
        model.Score(features, table.RowCount, scores);
        return [.. MultiTaskMetrics.Evaluate(table.Tasks, scores, table.Labels, table.Weights, reference).Tasks
            .Select(t => t.Primary)];
    }

    private static void Shuffle(TaskTable table, float[] features, int feature, RandomStream random)
    {
        int d = table.FeatureCount;
        int[] order = [.. Enumerable.Range(0, table.RowCount)];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.NextInt32(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        for (int row = 0; row < order.Length; row++)
            features[row * d + feature] = table.Features[order[row] * d + feature];
    }
}
