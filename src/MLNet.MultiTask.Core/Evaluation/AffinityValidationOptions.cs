namespace MLNet.MultiTask;

/// <summary>How much is retrained to check an affinity.</summary>
public sealed record AffinityValidationOptions
{
    /// <summary>
    /// Hold-out subsets of 3 to 5 tasks that are trained for real; all there are if there are no more.
    /// </summary>
    /// <value>The default value is 60; at least 2.</value>
    public int HoldOut { get; init; } = 60;

    /// <summary>Real runs of every subset; run r has the same batches (and initial weights) for every subset.</summary>
    /// <value>The default value is 4; at least 1. The noise ceiling needs 2.</value>
    public int Runs { get; init; } = 4;

    /// <summary>Epochs of real fine-tuning from a base network.</summary>
    /// <value>The default value is null: those the estimator was calibrated for, or else the median best epoch of the
    /// first run, at most 20.</value>
    public int? FineTuningEpochs { get; init; }

    /// <summary>Whether subsets are trained from scratch, too; it takes most of the time.</summary>
    /// <value>The default value is true.</value>
    public bool FromScratch { get; init; } = true;

    /// <summary>The base networks that are fine-tuned; a Grad-TAG estimator's own options where null.</summary>
    public GradTagOptions? Bases { get; init; }

    /// <summary>
    /// Number of subsets for which <see cref="Evaluation.AffinityAgreement.FlopsRatio"/> and time are compared.
    /// </summary>
    /// <value>The default value is 2,500; at least 1.</value>
    public int CostSubsets { get; init; } = 2500;

    /// <summary>Seed of subsets and real runs.</summary>
    /// <value>The default value is 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>Upper limit of threads; results other than times do not depend on it.</summary>
    /// <value>The default value is null: all cores. At least 1.</value>
    public int? Threads { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; name, range and value are in the
    /// message.</exception>
    public void Validate()
    {
        Check(HoldOut >= 2, nameof(HoldOut), HoldOut, "at least 2");
        Check(Runs >= 1, nameof(Runs), Runs, "at least 1");
        Check(FineTuningEpochs is null or >= 1, nameof(FineTuningEpochs), FineTuningEpochs, "at least 1, or null");
        Check(CostSubsets >= 1, nameof(CostSubsets), CostSubsets, "at least 1");
        Check(Threads is null or >= 1, nameof(Threads), Threads, "at least 1, or null");
    }
}
