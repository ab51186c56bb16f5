namespace MLNet.MultiTask;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>The validation loss did not improve for <see cref="TrainingOptions.Patience"/> epochs.</summary>
    NoImprovement,

    /// <summary><see cref="TrainingOptions.MaxEpochs"/> were made.</summary>
    MaxEpochs,

    /// <summary><see cref="TrainingOptions.MaxSteps"/> were made.</summary>
    MaxSteps,

    /// <summary>
    /// No validation label was observed: all epochs (or steps) were made and the last weights are returned.
    /// </summary>
    NoValidation,

    /// <summary>The method ends by itself: it has no epochs, or its optimum was reached.</summary>
    Completed,
}
