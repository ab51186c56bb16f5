namespace MLNet.MultiTask.Evaluation;

/// <summary>What <see cref="AffinityValidation"/> found.</summary>
public sealed record AffinityValidationResult
{
    /// <summary>The affinity that was checked.</summary>
    public required TaskAffinity Affinity { get; init; }

    /// <summary>The hold-out subsets, tasks ascending.</summary>
    public required IReadOnlyList<int[]> Subsets { get; init; }

    /// <summary>
    /// Estimates, by subset and member: predicted losses, or negated mean affinities where the estimator predicts none.
    /// </summary>
    public required IReadOnlyList<double[]> Estimates { get; init; }

    /// <summary>Validation losses after fine-tuning the base networks, mean over bases and runs.</summary>
    public required IReadOnlyList<double[]> FineTunedLosses { get; init; }

    /// <summary>
    /// Validation losses of training from fresh weights where a subset stops together, mean over runs; null if not
    /// asked for.
    /// </summary>
    public IReadOnlyList<double[]>? FromScratchLosses { get; init; }

    /// <summary>Agreement with fine-tuning from the same base networks.</summary>
    public required AffinityAgreement FineTuned { get; init; }

    /// <summary>Agreement with training from scratch, stopping together; null if not asked for.</summary>
    public AffinityAgreement? FromScratch { get; init; }

    /// <summary>
    /// Validation losses of training from fresh weights with each task at its own best epoch, mean over runs; null if
    /// not asked for.
    /// </summary>
    public IReadOnlyList<double[]>? OwnBestLosses { get; init; }

    /// <summary>Agreement with them; null if not asked for.</summary>
    public AffinityAgreement? OwnBest { get; init; }

    /// <summary>
    /// Correlation within tasks between the two truths: what real fine-tuning from the same bases reaches; NaN without
    /// both.
    /// </summary>
    public required double FineTunedAgainstScratch { get; init; }

    /// <summary>Epochs of the fine-tuning runs.</summary>
    public required int FineTuningEpochs { get; init; }

    /// <summary>Step of the estimates relative to the trunk's norm; NaN where the estimator takes none.</summary>
    public required double RelativeStep { get; init; }

    /// <summary>The estimator's diagnostic of that name; NaN where it has none.</summary>
    public required double LinearizationError { get; init; }

    /// <summary>Seconds of the estimator.</summary>
    public required double EstimatorSeconds { get; init; }

    /// <summary>Seconds of predicting one subset.</summary>
    public required double PredictionSeconds { get; init; }
}
