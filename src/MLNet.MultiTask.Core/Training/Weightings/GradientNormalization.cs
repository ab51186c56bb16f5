namespace MLNet.MultiTask;

/// <summary>What a task's gradient is divided by before the tasks are compared.</summary>
public enum GradientNormalization
{
    /// <summary>Nothing: the gradients as they are.</summary>
    None,

    /// <summary>Its length.</summary>
    Length,

    /// <summary>The task's loss.</summary>
    Loss,

    /// <summary>The length times the loss.</summary>
    LengthTimesLoss,
}
