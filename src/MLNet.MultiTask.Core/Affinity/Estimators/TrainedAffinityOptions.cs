namespace MLNet.MultiTask;

/// <summary>What the options of affinity estimators that train networks have in common.</summary>
public abstract record TrainedAffinityOptions : AffinityOptions
{
    /// <summary>How networks are trained; seed and threads are replaced by those of the estimator.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate();
    }

    private protected void CheckTrunk() =>
        Check(Training.Hidden.Count >= 1, $"{nameof(Training)}.{nameof(Training.Hidden)}", Training.Hidden.Count,
            "at least one shared layer");

    /// <summary>
    /// The options of training run <paramref name="run"/>, whose network may use <paramref name="threads"/>.
    /// </summary>
    internal TrainingOptions RunTraining(int run, int? threads) => Training with
    {
        Seed = new RandomStream(Seed, "affinity/run", run).NextUInt64(),
        Threads = threads,
    };
}
