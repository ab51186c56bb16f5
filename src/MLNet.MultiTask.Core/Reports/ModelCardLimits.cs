using MLNet.MultiTask.Data;
using System.Globalization;

namespace MLNet.MultiTask.Reports;

/// <summary>What the numbers of a model card say against trusting it.</summary>
internal static class ModelCardLimits
{
    private const int FewLabels = 100, FewOfAClass = 10;
    private const double Miscalibrated = 0.1;

    public static IEnumerable<string> Of(IReadOnlyList<ModelCardTask> tasks,
        IReadOnlyList<MultiTaskMetrics> measurements)
    {
        if (measurements.Count == 1)
            yield return "The metrics are of one measurement: how much they vary is not known.";
        if (Names(tasks, t => t.ObservedCount < FewLabels) is { } few)
            yield return $"Fewer than {Counted.Of(FewLabels, "label")}: {few}.";
        if (Names(tasks, t => t.Task.Kind != TaskKind.Regression
            && t.Labels.Any(l => l.Value * t.ObservedCount < FewOfAClass)) is { } rare)
            yield return $"A class with fewer than {Counted.Of(FewOfAClass, "label")}: {rare}.";
        if (Names(tasks, t => t.Metrics.Count == 0) is { } unmeasured)
            yield return $"Not measured: {unmeasured}.";
        for (int t = 0; t < tasks.Count; t++)
        {
            TaskMetrics[] own = [.. measurements.Select(m => m.Tasks[t])];
            if (own.Sum(m => m.UnscoredCount) is > 0 and int unscored)
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{tasks[t].Task.Name}: {unscored} measured rows have no score and are left out of its metrics.");
            double error = own.Where(m => m.ReliabilityCurve is { Bins.Count: > 0 })
                .Select(m => m.ReliabilityCurve!.ExpectedCalibrationError).DefaultIfEmpty(0).Average();
            if (error > Miscalibrated)
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{tasks[t].Task.Name}: probabilities are off by {error:F2} on average; calibrate them.");
        }
    }

    private static string? Names(IEnumerable<ModelCardTask> tasks, Func<ModelCardTask, bool> which) =>
        string.Join(", ", tasks.Where(which).Select(t => t.Task.Name)) is { Length: > 0 } names ? names : null;
}
