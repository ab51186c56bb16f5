namespace MLNet.MultiTask;

/// <summary>How much the classes of binary and multi-class tasks count in training.</summary>
public enum ClassWeighting
{
    /// <summary>Every observed label counts alike.</summary>
    None,

    /// <summary>
    /// Every observed class of a task counts alike as a whole: a label of class k has weight n / (K·nₖ), n labels in
    /// all, nₖ of its class, K classes observed. Probabilities then are those of balanced classes; calibrate them where
    /// they are to be read.
    /// </summary>
    Balanced,
}
