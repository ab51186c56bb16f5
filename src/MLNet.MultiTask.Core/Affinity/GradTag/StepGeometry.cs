namespace MLNet.MultiTask;

/// <summary>In which metric the predicted step of a subset is kept short.</summary>
public enum StepGeometry
{
    /// <summary>
    /// The optimiser's: every parameter in units of the root mean square of its mini-batch gradients.
    /// </summary>
    AdamW,

    /// <summary>All parameters alike, as the released code does.</summary>
    Euclidean,
}
