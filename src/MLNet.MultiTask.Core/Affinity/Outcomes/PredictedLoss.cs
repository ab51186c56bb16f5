namespace MLNet.MultiTask;

/// <summary>What a task's validation loss is expected to be after training.</summary>
/// <param name="Loss">The expected loss, mean over the random numbers of training.</param>
/// <param name="StandardError">
/// Standard error of that expectation; it lies within 1.645 of them in nine cases of ten.
/// </param>
/// <param name="RunDeviation">
/// Standard deviation of single runs around it; the loss of one run has the standard deviation √(StandardError² +
/// RunDeviation²).
/// </param>
public readonly record struct PredictedLoss(double Loss, double StandardError, double RunDeviation);
