namespace MLNet.MultiTask;

/// <summary>
/// What the length of steps is matched on, between predictions and a few subsets fine-tuned for real.
/// </summary>
public enum CalibrationCriterion
{
    /// <summary>
    /// The least product of <see cref="RelativeError"/> and the root mean square error after centring both sides per
    /// task: the level of the losses and the differences between a task's companies, of which a long step may gain one
    /// at the cost of the other.
    /// </summary>
    Balanced,

    /// <summary>The least Σ|predicted − real| / Σ|real| over the validation losses of all members.</summary>
    RelativeError,

    /// <summary>The mean change of the validation losses.</summary>
    LossChange,

    /// <summary>The mean of ‖Δ‖ / ‖W0‖, the length of the shared layers' step relative to their weights.</summary>
    StepLength,
}
