using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>How a trial ended.</summary>
public enum SweepTrialStatus
{
    /// <summary>Trained and judged in every fold.</summary>
    Completed,

    /// <summary>Stopped early, being surely worse than the best so far.</summary>
    Stopped,

    /// <summary>A learner threw, or a loss was not finite.</summary>
    Failed,
}

/// <summary>A point that was tried, and what came of it.</summary>
public sealed record SweepTrial
{
    /// <summary>Number of the trial, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What was tried.</summary>
    public required SweepPoint Point { get; init; }

    /// <summary>How it ended.</summary>
    public required SweepTrialStatus Status { get; init; }

    /// <summary>
    /// Per fold and task the loss on the rows held out, relative to the trivial predictor's (1 = no better): root
    /// mean squared error or log-loss; NaN where a fold cannot judge a task. Empty after a failure; fewer folds after a
    /// stop.
    /// </summary>
    public IReadOnlyList<double[]> Losses { get; init; } = [];

    /// <summary>
    /// The same after fewer epochs, by number of epochs; empty without <see cref="SweepOptions.Rungs"/>.
    /// </summary>
    public IReadOnlyDictionary<int, IReadOnlyList<double[]>> Rungs { get; init; } =
        new Dictionary<int, IReadOnlyList<double[]>>();

    /// <summary>Per fold the losses of the helpers, group by group; empty without any.</summary>
    internal IReadOnlyList<double[]> HelperLosses { get; init; } = [];

    /// <summary>
    /// Of a stopped trial the losses per task that it would have come to, by its difference to the best trial as far as
    /// it went; otherwise empty.
    /// </summary>
    public IReadOnlyList<double> Estimates { get; init; } = [];

    /// <summary>
    /// Of a trial that might have been the best, the losses in folds of rows divided anew, folds × T, by which the
    /// choice was made; otherwise empty.
    /// </summary>
    public IReadOnlyList<double[]> Confirmations { get; init; } = [];

    /// <summary>
    /// What each group's models of the first fold cost, in the order of the groups; empty after a failure.
    /// </summary>
    public IReadOnlyList<SweepCost> Costs { get; init; } = [];

    /// <summary>Bytes of all groups' models; null = not known.</summary>
    public long? Bytes => Costs.Count == 0 ? null : Costs.Aggregate((long?)0, (sum, cost) => sum + cost.Bytes);

    /// <summary>Time to score a row of all groups; NaN = not known.</summary>
    public double MicrosecondsPerRow => Costs.Count == 0 ? double.NaN : Costs.Sum(c => c.MicrosecondsPerRow);

    /// <summary>
    /// Whether it costs more than <see cref="SweepOptions.MaxModelBytes"/> or
    /// <see cref="SweepOptions.MaxMicrosecondsPerRow"/>: it is not chosen.
    /// </summary>
    public bool IsOverLimit { get; init; }

    /// <summary>Time the trial took.</summary>
    public double Seconds { get; init; }

    /// <summary>Epochs trained in this trial; what the cache held is not counted.</summary>
    public long Epochs { get; init; }

    /// <summary>Groups over all folds that an earlier trial had trained already.</summary>
    public int Reused { get; init; }

    /// <summary>What went wrong, by type and message; null unless it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Mean over folds and tasks; what a sweep makes small. NaN after a failure.</summary>
    public double Loss => Status == SweepTrialStatus.Stopped ? SweepLosses.Average(Estimates)
        : SweepLosses.Mean(Losses);

    /// <summary>Mean over the folds, length T; empty after a failure.</summary>
    public IReadOnlyList<double> TaskLosses => SweepLosses.PerTask(Losses);
}

/// <summary>How far a sweep has come.</summary>
/// <param name="Trial">The trial that has just ended.</param>
/// <param name="Best">The best so far; null while all failed.</param>
/// <param name="MaxTrials">Most trials; null = no limit.</param>
/// <param name="Left">Estimate of the time left; null while unknown.</param>
public sealed record SweepProgress(SweepTrial Trial, SweepTrial? Best, int? MaxTrials, TimeSpan? Left);
