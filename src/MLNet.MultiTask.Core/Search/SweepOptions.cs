namespace MLNet.MultiTask;

/// <summary>What a sweep may try, for how long, and how trials are judged.</summary>
public sealed record SweepOptions
{
    /// <summary>The learners, the usual one first.</summary>
    /// <value>At least one; names unique.</value>
    public required IReadOnlyList<SweepLearner> Learners { get; init; }

    /// <summary>What every grouping keeps to.</summary>
    /// <value>The default value asks for nothing.</value>
    public GroupingConstraints Constraints { get; init; } = new();

    /// <summary>Whether a task may help groups that do not serve it.</summary>
    /// <value>The default value is false: partitions only.</value>
    public bool Helpers { get; init; }

    /// <summary>
    /// Whether the groups of a grouping may have different learners and settings: every third proposal after the first
    /// groupings then changes those of one group of the best grouping, or joins the best seen of each.
    /// </summary>
    /// <value>The default value is false: all groups of a trial have the same. Without a choice of settings it has no
    /// effect.</value>
    public bool SettingsPerGroup { get; init; }

    /// <summary>
    /// Estimates who helps whom, on the rows that the first fold is fitted on; not asked for two tasks or fewer, or
    /// where no rows stop training.
    /// </summary>
    /// <value>The default value is null: the search begins without an estimate.</value>
    public Affinity.ITaskAffinityEstimator? AffinityEstimator { get; init; }

    /// <summary>Most trials.</summary>
    /// <value>The default value is 30; at least 1; null = no limit, where another one is set.</value>
    public int? MaxTrials { get; init; } = 30;

    /// <summary>Most time, the final training included.</summary>
    /// <value>The default value is null: no limit. Positive.</value>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Most trained epochs over all trials; what the cache saves does not count.</summary>
    /// <value>The default value is null: no limit. At least 1.</value>
    public long? MaxEpochs { get; init; }

    /// <summary>
    /// Folds of every trial. Each holds out other rows, which neither train nor stop anything, to judge by.
    /// </summary>
    /// <value>The default value is null: 5 up to 1,000 rows, 3 beyond. At least 1.</value>
    public int? Folds { get; init; }

    /// <summary>Share of a fold's other rows that decide when its models stop.</summary>
    /// <value>The default value is 0.2; from 0 to below 1.</value>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>How rows are divided; its seed is replaced by <see cref="Seed"/>.</summary>
    /// <value>The default value divides at random.</value>
    public RowSplitter Splitter { get; init; } = new();

    /// <summary>
    /// Rows to train on and rows that judge every trial, in place of parts of all rows; folds differ in the rows that
    /// stop training, and in the seed.
    /// </summary>
    /// <value>The default value is null: every fold holds out rows of its own.</value>
    public RowSplit? Rows { get; init; }

    /// <summary>The rows that folds are made of, and the final models of.</summary>
    /// <value>The default value is null: all rows. Not together with <see cref="Rows"/>.</value>
    public int[]? RowsToDivide { get; init; }

    /// <summary>Most bytes of what all models of the choice learned.</summary>
    /// <value>The default value is null: no limit. At least 1.</value>
    public long? MaxModelBytes { get; init; }

    /// <summary>
    /// Most time to score one of many rows by all models of the choice, on one thread. It is measured in the first
    /// fold, so that the choice depends on the machine.
    /// </summary>
    /// <value>The default value is null: no limit. Positive.</value>
    public double? MaxMicrosecondsPerRow { get; init; }

    /// <summary>
    /// Trains the trials that may be the best once more, in as many folds of rows divided anew, and chooses by these:
    /// the lowest of many losses is low by luck, too. Costs a sixth of the time where time is the limit, a fifth of
    /// the epochs where epochs are.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool Confirm { get; init; } = true;

    /// <summary>
    /// Stops a trial before its last fold where it is surely worse than the best so far: by a one-sided Wilcoxon
    /// signed-rank test over tasks and folds at the 5 % level. The corners are always completed.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool StopLosers { get; init; } = true;

    /// <summary>
    /// Epochs after which trials are compared besides the end, ascending, such as 10 and 30; only for learners that can
    /// stop earlier (<see cref="Learners.IEpochLearner"/>). A trial goes on where it stopped.
    /// </summary>
    /// <value>The default value is empty: trials are compared after whole folds only.</value>
    public IReadOnlyList<int> Rungs { get; init; } = [];

    /// <summary>Trains the chosen groups once more on all rows but those that stop them.</summary>
    /// <value>The default value is true; false returns the models of the first fold.</value>
    public bool Refit { get; init; } = true;

    /// <summary>
    /// Serves a task by another trained group than the winner's where that was better in the folds by more than a
    /// standard error.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool Ensemble { get; init; }

    /// <summary>
    /// File that keeps every trial, one flushed line each; a sweep that finds its own goes on where it ended.
    /// </summary>
    /// <value>The default value is null: nothing is kept.</value>
    public string? HistoryFile { get; init; }

    /// <summary>What becomes of tasks whose labels are all the same.</summary>
    /// <value>The default value is <see cref="UnlearnableTasks.SetAside"/>.</value>
    public UnlearnableTasks Unlearnable { get; init; }

    /// <summary>Seed of everything random.</summary>
    /// <value>The default value is 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>Upper limit of threads; results do not depend on it.</summary>
    /// <value>The default value is null: all cores. At least 1.</value>
    public int? Threads { get; init; }

    /// <summary>
    /// Trials that are proposed before the first of them is known: workers elsewhere are busy where it is above their
    /// number. It decides what is proposed; who trains, and in which order trials end, does not.
    /// </summary>
    /// <value>The default value is 1; at least 1.</value>
    public int Outstanding { get; init; } = 1;

    /// <summary>Where groups are trained.</summary>
    /// <value>The default value is null: in this process. Not together with <see cref="Rungs"/>.</value>
    public ITrialExecutor? Executor { get; init; }

    /// <summary>Told of every finished trial, on the thread of the sweep.</summary>
    /// <value>The default value is null.</value>
    public IProgress<SweepProgress>? Progress { get; init; }

    /// <summary>Whether a group is trained once for all trials that hold it; false is for measuring.</summary>
    internal bool SharesGroups { get; init; } = true;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">All values out of range are named, with range and actual value.</exception>
    public void Validate()
    {
        List<string> faults = [];
        Check(MaxTrials is null or >= 1, nameof(MaxTrials), MaxTrials, "at least 1, or null");
        Check(MaxTime is null || MaxTime > TimeSpan.Zero, nameof(MaxTime), MaxTime, "positive, or null");
        Check(MaxEpochs is null or >= 1, nameof(MaxEpochs), MaxEpochs, "at least 1, or null");
        Check(Folds is null or >= 1, nameof(Folds), Folds, "at least 1, or null");
        Check(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction,
            "from 0 to below 1");
        Check(Threads is null or >= 1, nameof(Threads), Threads, "at least 1, or null");
        Check(Rungs.All(r => r >= 1) && Rungs.Zip(Rungs.Skip(1)).All(p => p.First < p.Second), nameof(Rungs),
            string.Join(", ", Rungs), "at least 1 each and ascending");
        Check(MaxModelBytes is null or >= 1, nameof(MaxModelBytes), MaxModelBytes, "at least 1, or null");
        Check(MaxMicrosecondsPerRow is null or > 0, nameof(MaxMicrosecondsPerRow), MaxMicrosecondsPerRow,
            "positive, or null");
        if (Rows is not null && RowsToDivide is not null)
            faults.Add($"only one of {nameof(Rows)} and {nameof(RowsToDivide)} can be given");
        Check(Outstanding >= 1, nameof(Outstanding), Outstanding, "at least 1");
        if (Executor is not null && Rungs.Count > 0)
            faults.Add($"{nameof(Rungs)} is not empty, which needs checkpoints that stay in this process; leave " +
                $"{nameof(Executor)} or {nameof(Rungs)} out");
        if (MaxTrials is null && MaxTime is null && MaxEpochs is null)
            faults.Add($"one of {nameof(MaxTrials)}, {nameof(MaxTime)} and {nameof(MaxEpochs)} must be set, or the " +
                "sweep would never end");
        if (faults.Count > 0)
            throw new ArgumentException($"The sweep cannot run: {string.Join("; ", faults)}");

        void Check(bool ok, string name, object? value, string range)
        {
            if (!ok)
                faults.Add($"{name} is {value}, {range} is expected");
        }
    }
}
