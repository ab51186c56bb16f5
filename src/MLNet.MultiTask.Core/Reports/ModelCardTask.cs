namespace MLNet.MultiTask;

/// <summary>A task of a model card.</summary>
/// <param name="Task">Name, kind and classes.</param>
/// <param name="ObservedCount">Rows of the training data with a label.</param>
/// <param name="Labels">
/// What the labels are like: shares of the classes by name (binary: "false" and "true"), or "mean" and "sd".
/// </param>
/// <param name="Metrics">Metrics that are defined, by short name, with their spread over the measurements.</param>
public sealed record ModelCardTask(TaskInfo Task, int ObservedCount,
    IReadOnlyList<KeyValuePair<string, double>> Labels, IReadOnlyList<ModelCardMetric> Metrics)
{
    internal static ModelCardTask Of(TaskTable table, int task, IReadOnlyList<int>? rows, TaskMetrics[] measurements)
    {
        float[] labels = [.. (rows ?? Enumerable.Range(0, table.RowCount)).Where(row => table.IsObserved(row, task))
            .Select(row => table.Label(row, task))];
        return new ModelCardTask(table.Tasks[task], labels.Length, [.. Describe(table.Tasks[task], labels)],
            [.. ModelCardMetric.Of(measurements)]);
    }

    private static IEnumerable<KeyValuePair<string, double>> Describe(TaskInfo task, float[] labels)
    {
        if (labels.Length == 0)
            return [];
        if (task.Kind != TaskKind.Regression)
            return (task.Kind == TaskKind.Binary ? ["false", "true"] : task.ClassNames)
                .Select((name, c) =>
                    new KeyValuePair<string, double>(name, labels.Average(y => (int)y == c ? 1.0 : 0)));
        double mean = labels.Average(y => (double)y);
        return [new("mean", mean + task.Offset), new("sd", Math.Sqrt(labels.Average(y => (y - mean) * (y - mean))))];
    }
}

/// <summary>A metric of a model card.</summary>
/// <param name="Name">Short name, such as "auc".</param>
/// <param name="Mean">Over the measurements in which it is defined.</param>
/// <param name="StandardDeviation">Over the same; NaN for one.</param>
/// <param name="Count">How many these are.</param>
public sealed record ModelCardMetric(string Name, double Mean, double StandardDeviation, int Count)
{
    internal static IEnumerable<ModelCardMetric> Of(IEnumerable<MetricValues> measurements) =>
        measurements.SelectMany(m => m.Named()).Where(m => !double.IsNaN(m.Value)).GroupBy(m => m.Key, m => m.Value)
            .Select(g =>
            {
                double mean = g.Average();
                int count = g.Count();
                return new ModelCardMetric(g.Key, mean, count < 2 ? double.NaN
                    : Math.Sqrt(g.Sum(v => (v - mean) * (v - mean)) / (count - 1)), count);
            });
}
