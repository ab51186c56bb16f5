namespace MLNet.MultiTask.Learners;

/// <summary>
/// What a fit is told besides data and tasks. Only <see cref="Seed"/> decides the result.
/// </summary>
public sealed record LearnerRun
{
    /// <summary>Seed of everything random.</summary>
    /// <value>The default value is 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>Upper limit of threads.</summary>
    /// <value>The default value is null: all cores. At least 1.</value>
    public int? Threads { get; init; }

    /// <summary>Told about every finished epoch (network) or round (forest), on a thread of the fit.</summary>
    /// <value>The default value is null: nobody is told.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Keeps checkpoints, and gives back the one to go on from.</summary>
    /// <value>The default value is null: no checkpoints.</value>
    public ICheckpointStore? Checkpoints { get; init; }

    /// <summary>
    /// The fit's name among the <see cref="Checkpoints"/>; a learner that keeps several appends to it.
    /// </summary>
    /// <value>The default value is "network"; letters, digits and hyphens.</value>
    public string CheckpointName { get; init; } = "network";

    /// <summary>Looked at every batch, or as often.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Threads to use at most: <see cref="Threads"/>, or one per core.</summary>
    public int MaxThreads => Threads ?? Environment.ProcessorCount;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; name, range and value are in the
    /// message.</exception>
    public void Validate()
    {
        if (Threads < 1)
            throw new ArgumentOutOfRangeException(nameof(Threads), Threads,
                $"{nameof(Threads)} must be at least 1, or null");
    }
}
