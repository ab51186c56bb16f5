using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>Why a sweep ended.</summary>
public enum SweepStopReason
{
    /// <summary><see cref="SweepOptions.MaxTrials"/> were made.</summary>
    MaxTrials,

    /// <summary><see cref="SweepOptions.MaxTime"/> is used up.</summary>
    MaxTime,

    /// <summary><see cref="SweepOptions.MaxEpochs"/> were trained.</summary>
    MaxEpochs,

    /// <summary>Everything in the space was tried.</summary>
    SpaceExhausted,

    /// <summary>The caller cancelled; the best so far is returned.</summary>
    Cancelled,
}

/// <summary>What a sweep found.</summary>
public sealed record SweepResult
{
    /// <summary>The model of the choice, over all tasks.</summary>
    public required MultiTaskModel Model { get; init; }

    /// <summary>
    /// The trial chosen: the one with fewest models that is within a standard error of the lowest loss, by the losses
    /// measured again (<see cref="SweepTrial.Confirmations"/>) where they were.
    /// </summary>
    public required SweepTrial Best { get; init; }

    /// <summary>All trials in order, failed ones too.</summary>
    public required IReadOnlyList<SweepTrial> Trials { get; init; }

    /// <summary>Why the sweep ended.</summary>
    public required SweepStopReason StopReason { get; init; }

    /// <summary>
    /// Every task alone, all together, the best other grouping, and the choice, as far as they were completed: on the
    /// rows held out in the folds, by which the choice was made too, so that the choice looks a little better there
    /// than it is.
    /// </summary>
    public required IReadOnlyList<SweepArm> Table { get; init; }

    /// <summary>The estimate that led the search; null where there was none.</summary>
    public required TaskAffinity? Affinity { get; init; }

    /// <summary>Whether the chosen groups were trained once more on all rows.</summary>
    public required bool IsRefitted { get; init; }

    /// <summary>
    /// Numbers of the tasks that were set aside, ascending: no two of their labels differ, so that they score a
    /// constant, have no model and count in no loss.
    /// </summary>
    public IReadOnlyList<int> SetAside { get; init; } = [];

    /// <summary>What was decided by itself and should be known, one sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Folds of every trial.</summary>
    public required int Folds { get; init; }

    /// <summary>Groups trained in all folds; without the cache it would have been <see cref="GroupsAsked"/>.</summary>
    public required int GroupsTrained { get; init; }

    /// <summary>Groups that the trials held, over all folds.</summary>
    public int GroupsAsked => Trials.Sum(t => (t.Losses.Count + t.Confirmations.Count) * ModelsOf(t));

    /// <summary>Time of the whole sweep.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// The completed trials that no other betters in loss, number of models, bytes and time to score at once, from few
    /// models to many. A time counts as longer if it is by more than a quarter, since it is measured.
    /// </summary>
    public IReadOnlyList<SweepTrial> Pareto => [.. SweepChoice.Pareto(Trials)];

    /// <summary>Models of a trial: tasks set aside have none.</summary>
    internal int ModelsOf(SweepTrial trial) => trial.Point.Grouping.Count - SetAside.Count;
}

/// <summary>A row of the table of a sweep.</summary>
/// <param name="Name">"single", "all", "grouped" or "best".</param>
/// <param name="Trial">The trial behind it.</param>
/// <param name="Difference">Mean loss minus the choice's, over tasks and folds.</param>
/// <param name="StandardError">Of the difference; NaN where the noise is unknown.</param>
public sealed record SweepArm(string Name, SweepTrial Trial, double Difference, double StandardError);
