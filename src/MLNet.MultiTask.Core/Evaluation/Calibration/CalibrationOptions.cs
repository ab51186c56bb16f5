namespace MLNet.MultiTask;

/// <summary>How the binary tasks of a trained model are adjusted to rows that it was not trained on.</summary>
public sealed record CalibrationOptions
{
    /// <summary>How margins become probabilities.</summary>
    /// <value>The default value is <see cref="CalibrationMethod.Platt"/>.</value>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.Platt;

    /// <summary>What each task's threshold is tuned for; null = thresholds stay at a half.</summary>
    /// <value>The default value is null.</value>
    public ThresholdObjective? ThresholdObjective { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range, or nothing is asked for.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Method))
            throw new ArgumentOutOfRangeException(nameof(Method), Method, $"{nameof(Method)} must be a method");
        if (ThresholdObjective is { } objective && !Enum.IsDefined(objective))
            throw new ArgumentOutOfRangeException(nameof(ThresholdObjective), objective,
                $"{nameof(ThresholdObjective)} must be an objective, or null");
        if (Method == CalibrationMethod.None && ThresholdObjective is null)
            throw new ArgumentOutOfRangeException(nameof(Method), Method,
                $"{nameof(Method)} must be Platt or Isotonic where no {nameof(ThresholdObjective)} is given");
    }
}
