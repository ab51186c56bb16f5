using MLNet.MultiTask.Data;
namespace MLNet.MultiTask;

/// <summary>How long a search over groupings lasts, and what it keeps to.</summary>
public sealed class SweepBudget
{
    /// <summary>Most trials.</summary>
    /// <value>The default value is 12; at least 1; null = no limit, where another one is set.</value>
    public int? MaxTrials { get; set; } = 12;

    /// <summary>Most time, the final training included.</summary>
    /// <value>The default value is null: no limit. Positive.</value>
    public TimeSpan? MaxTime { get; set; }

    /// <summary>Most trained epochs over all trials.</summary>
    /// <value>The default value is null: no limit. At least 1.</value>
    public long? MaxEpochs { get; set; }

    /// <summary>Folds of every trial; each holds out other rows to judge by.</summary>
    /// <value>The default value is null: 5 up to 1,000 rows, 3 beyond. At least 1.</value>
    public int? Folds { get; set; }

    /// <summary>Estimates who helps whom and so leads the search; "none" = nothing does.</summary>
    /// <value>
    /// The default value is "grad-tag-early", which trains no groups: trials do that. Any name in
    /// <see cref="MLNet.MultiTask.Affinity.AffinityMethods.All"/>.
    /// </value>
    public string AffinityMethod { get; set; } = "grad-tag-early";

    /// <summary>What every grouping keeps to.</summary>
    /// <value>The default value asks for nothing.</value>
    public GroupingConstraints Constraints { get; set; } = new();

    /// <summary>Most bytes of what all models of the choice learned.</summary>
    /// <value>The default value is null: no limit. At least 1.</value>
    public long? MaxModelBytes { get; set; }

    /// <summary>Most time to score one of many rows by all models of the choice, on one thread, as measured.</summary>
    /// <value>The default value is null: no limit. Positive.</value>
    public double? MaxMicrosecondsPerRow { get; set; }

    /// <summary>Told of every finished trial, on the thread of the search.</summary>
    /// <value>The default value is null.</value>
    public IProgress<SweepProgress>? Progress { get; set; }

    /// <summary>The search over these learners.</summary>
    internal SweepOptions For(IReadOnlyList<SweepLearner> learners, TrainingOptions training,
        FitData? data, MultiTaskOptions options) => new()
    {
        Learners = learners,
        MaxTrials = MaxTrials,
        MaxTime = MaxTime,
        MaxEpochs = MaxEpochs,
        Folds = Folds,
        Constraints = Constraints,
        MaxModelBytes = MaxModelBytes,
        MaxMicrosecondsPerRow = MaxMicrosecondsPerRow,
        AffinityEstimator = AffinityMethod == "none" ? null
            : MLNet.MultiTask.Affinity.AffinityMethods.Create(AffinityMethod, training),
        Splitter = data?.Splitter ?? new RowSplitter(),
        Rows = data?.Given,
        Unlearnable = options.Unlearnable,
        Seed = training.Seed,
        Threads = training.Threads,
        ValidationFraction = options.ValidationFraction,
        Progress = Progress,
    };
}
