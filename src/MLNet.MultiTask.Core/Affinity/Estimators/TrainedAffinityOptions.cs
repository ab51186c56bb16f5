namespace MLNet.MultiTask;

/// <summary>What the options of affinity estimators that train networks have in common.</summary>
public abstract record TrainedAffinityOptions : AffinityOptions
{
    private static readonly ulong DefaultSeed = new TrainingOptions().Seed;

    /// <summary>
    /// How networks are trained. Every run has a seed of its own, derived from <see cref="AffinityOptions.Seed"/>, and
    /// its share of <see cref="AffinityOptions.Threads"/>; others are refused here.
    /// </summary>
    public TrainingOptions Training { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate();
        Check(Training.Seed == DefaultSeed || Training.Seed == Seed, $"{nameof(Training)}.{nameof(Seed)}",
            Training.Seed, $"left alone: runs have seeds derived from {nameof(Seed)}, set that one");
        Check(Training.Threads is null || Training.Threads == Threads, $"{nameof(Training)}.{nameof(Threads)}",
            Training.Threads, $"left alone: runs share the threads of the estimate, set {nameof(Threads)}");
    }

    private protected void CheckTrunk() =>
        Check(Training.Hidden.Count >= 1, $"{nameof(Training)}.{nameof(Training.Hidden)}", Training.Hidden.Count,
            "at least one shared layer");

    private protected void CheckEqualWeights() => Check(Training.Weighting is EqualWeighting,
        $"{nameof(Training)}.{nameof(Training.Weighting)}", Training.Weighting,
        "equal: the estimate weighs tasks itself");

    /// <summary>
    /// The options of training run <paramref name="run"/>, whose network may use <paramref name="threads"/>.
    /// </summary>
    internal TrainingOptions RunTraining(int run, int? threads) => Training with
    {
        Seed = new RandomStream(Seed, "affinity/run", run).NextUInt64(),
        Threads = threads,
    };
}
