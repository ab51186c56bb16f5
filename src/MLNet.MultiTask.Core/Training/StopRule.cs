namespace MLNet.MultiTask.Training;

/// <summary>When a training by epochs ends.</summary>
internal static class StopRule
{
    /// <summary>Why it ends after the last epoch; null = it goes on.</summary>
    /// <param name="history">The epochs.</param>
    /// <param name="steps">Steps made.</param>
    /// <param name="lastImprovement">The last epoch with a better validation loss.</param>
    /// <param name="patience">Epochs without a better one after which it ends; null = never.</param>
    /// <param name="options">The most epochs and steps.</param>
    public static StopReason? Reason(IReadOnlyList<TrainingProgress> history, int steps, int lastImprovement,
        int? patience, TrainingOptions options)
    {
        if (history.Count == 0)
            return null;
        bool validated = !double.IsNaN(history[^1].ValidationLoss);
        if (steps >= options.MaxSteps)
            return validated ? StopReason.MaxSteps : StopReason.NoValidation;
        if (validated && history.Count - lastImprovement >= patience)
            return StopReason.NoImprovement;
        if (history.Count >= options.MaxEpochs)
            return validated ? StopReason.MaxEpochs : StopReason.NoValidation;
        return null;
    }
}
