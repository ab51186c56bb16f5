namespace MLNet.MultiTask;

/// <summary>How a binary task's margins become probabilities.</summary>
public enum CalibrationMethod
{
    /// <summary>As the model gives them.</summary>
    None,

    /// <summary>
    /// Platt scaling: a logistic function of the margin with slope and offset of its own; good from some tens of rows.
    /// </summary>
    Platt,

    /// <summary>
    /// Isotonic regression: any function that does not fall; wants some hundreds of rows, and makes ties.
    /// </summary>
    Isotonic,
}
