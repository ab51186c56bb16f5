namespace MLNet.MultiTask;

/// <summary>What the length of steps is matched on, between predictions and a few subsets fine-tuned for real.</summary>
public enum CalibrationCriterion
{
    /// <summary>The least Σ|predicted − real| / Σ|real| over the validation losses of all members.</summary>
    RelativeError,

    /// <summary>The mean change of the validation losses.</summary>
    LossChange,

    /// <summary>The mean of ‖Δ‖ / ‖W0‖, the length of the shared layers' step relative to their weights.</summary>
    StepLength,
}
