namespace MLNet.MultiTask;

/// <summary>What is known after an epoch of training.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Steps">Steps made so far.</param>
/// <param name="TrainLoss">Mean loss of the epoch's batches.</param>
/// <param name="ValidationLoss">
/// What decides when to stop and which weights to keep: the mean over tasks of the loss on the validation rows, each
/// relative to its trivial predictor's and bounded by 1.25; NaN where no task has a validation label.
/// </param>
/// <param name="TaskValidationLosses">
/// Loss on the validation rows per task, length T; NaN for a task without validation label.
/// </param>
/// <param name="LearningRate">Step size of the epoch's last step.</param>
/// <param name="Seconds">Time the epoch took, validation included.</param>
public sealed record TrainingProgress(int Epoch, int Steps, double TrainLoss, double ValidationLoss,
    IReadOnlyList<double> TaskValidationLosses, float LearningRate, double Seconds)
{
    /// <summary>In a report of grouped training, the number of the group whose network it is, from 0.</summary>
    public int Group { get; init; }
}
