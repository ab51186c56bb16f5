using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <content>The affinities among which real training chooses.</content>
internal sealed partial class GradTagModel
{
    private const string Outcome = "outcome", Transfer = "transfer", Early = "early", Labels = "labels",
        Consensus = "consensus";

    private TaskAffinity? _labels, _early, _alone;

    // Relative root mean squared error, as regressions are compared; otherwise the relative loss itself.
    private static double Shortfall(TaskKind kind, double relative) =>
        kind == TaskKind.Regression ? Math.Sqrt(relative) : relative;

    // The first is taken unless training clearly finds another better: what all agree on.
    private IEnumerable<(string Name, TaskAffinity Affinity)> Candidates(int[][] subsets)
    {
        SubsetPrediction[] predictions = Predict(subsets, _cancellationToken);
        yield return (Consensus, Agreed(Average(subsets, [.. predictions.Select(p => p.Losses)], Outcome)));
        yield return (Early, _early!);
        if (_labels is { } labels)
            yield return (Labels, labels);
        yield return (Transfer, Average(subsets, [.. predictions.Select(p => p.OwnBest!)], Transfer));
        if (!_ownBest)
            yield return (Outcome, Average(subsets, [.. predictions.Select(p => p.CommonStop!)], Outcome));
    }

    private TaskAffinity Agreed(TaskAffinity forecast) => ConsensusAffinity.Of(
        [.. new[] { _early, _labels, _alone, forecast }.OfType<TaskAffinity>()], Consensus);

    // Which rows the tasks hold alike when each learns alone; with many tasks it would cost more than the probes.
    private TaskAffinity? AloneAffinity(RowSplit split)
    {
        if (_table.Tasks.Count > _options.Probes || split.Validation.Length < RepresentationSimilarityAffinity.LeastRows
            || _table.Tasks.Any(t => t.Weight == 0))
            return null;
        var estimator = new RepresentationSimilarityAffinity(new()
        {
            Training = RoomyTrunk.Of(_options.Training) with { Progress = null, Checkpoint = null },
            Seed = _options.Seed,
            Threads = _options.Threads,
        });
        (TaskAffinity affinity, double flops) =
            _clock.Measure("alone", () => estimator.Measure(_table, split, _cancellationToken));
        _diagnostics["fixedFlops"] += flops;
        return affinity;
    }

    // Task-indexed rows hold one label each: nothing to correlate.
    private TaskAffinity? LabelAffinity(RowSplit split)
    {
        var seen = new ObservedRows(_table, split.Train);
        return seen.Counts.Sum() > seen.Count
            ? new LabelCorrelationAffinity(_options.Threads).Estimate(_table, split, _cancellationToken) : null;
    }

    private TaskAffinity EarlyAffinity(int[][] subsets) => SubsetAverage.ToAffinity(
        [.. _table.Tasks.Select(t => t.Name)], subsets, Losses(_earlyBases, subsets, _earlyLength), Early);

    private double[][] Losses(LinearizedNetwork[] bases, int[][] subsets, StepLength length) =>
        [.. Predict(bases, subsets, length, _options.Threads, _cancellationToken).Select(p => p.Losses)];
}
