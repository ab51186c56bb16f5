namespace MLNet.MultiTask.Affinity;

/// <summary>How much each task of a subset counts in the loss that the subset's step minimises.</summary>
/// <param name="tasks">All tasks.</param>
/// <param name="rowWeights">Per task: its part of the weight of all training cells.</param>
/// <param name="weighting">Whether tasks or their cells count alike.</param>
internal sealed class TaskShares(IReadOnlyList<TaskInfo> tasks, double[] rowWeights, SubsetWeighting weighting)
{
    /// <summary>Per task: its part of the weight of all training cells.</summary>
    public double[] RowWeights => rowWeights;

    /// <summary>The members' shares; their sum is 1, or 0 where all have weight 0: then the step is zero.</summary>
    public double[] Of(int[] subset)
    {
        double[] shares = [.. subset.Select(t => weighting == SubsetWeighting.TaskBalanced
            ? tasks[t].Weight : rowWeights[t] * tasks[t].Weight)];
        double total = shares.Sum();
        return [.. shares.Select(s => total > 0 ? s / total : 0)];
    }
}
