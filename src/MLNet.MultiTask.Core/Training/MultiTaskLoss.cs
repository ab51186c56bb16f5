namespace MLNet.MultiTask.Training;

/// <summary>
/// Per task the weighted mean over the batch's observed rows of logistic loss, cross entropy or squared error of the
/// standardised target; in total Σ ωₜ Lₜ / Σ ωₜ over the tasks present in the batch.
/// </summary>
internal static class MultiTaskLoss
{
    /// <summary>Σ ωₜ over the tasks that are present.</summary>
    public static double PresentTaskWeight(IReadOnlyList<TaskInfo> tasks, ReadOnlySpan<double> weightSums)
    {
        double total = 0;
        for (int t = 0; t < weightSums.Length; t++)
            total += weightSums[t] > 0 ? tasks[t].Weight : 0;
        return total;
    }

    /// <summary>The total from per-task means; NaN where no task with positive weight is present.</summary>
    public static double Total(IReadOnlyList<TaskInfo> tasks, ReadOnlySpan<double> losses,
        ReadOnlySpan<double> weightSums)
    {
        double total = 0;
        for (int t = 0; t < losses.Length; t++)
            total += weightSums[t] > 0 ? tasks[t].Weight * losses[t] : 0;
        return total / PresentTaskWeight(tasks, weightSums);
    }
}
