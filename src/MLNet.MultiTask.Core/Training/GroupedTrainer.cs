using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>Trains one network per group of a grouping.</summary>
public static class GroupedTrainer
{
    /// <summary>
    /// Trains every group's network on the group's members. A network depends on the seed and its members only,
    /// so equal groups of different groupings give equal networks.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="grouping">Of the table's tasks.</param>
    /// <param name="options">How each network is trained.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="ArgumentException">The grouping is over another number of tasks, or a task cannot be learned (it is named).</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static GroupedTrainingResult Train(TaskTable table, RowSplit split, TaskGrouping grouping, TrainingOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(grouping);
        if (grouping.TaskCount != table.Tasks.Count)
            throw new ArgumentException($"The grouping '{grouping}' is over {grouping.TaskCount} tasks, the table has {table.Tasks.Count}", nameof(grouping));
        var results = new List<TrainingResult>();
        foreach (TaskGroup group in grouping.Groups)
            results.Add(NetworkTrainer.Train(table, split, group.Members, options, cancellationToken));
        return new GroupedTrainingResult(
            new MultiTaskModel(table.Tasks, grouping, [.. results.Select(r => r.Network)]), results);
    }
}
