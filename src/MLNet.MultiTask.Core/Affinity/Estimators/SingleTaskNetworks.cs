using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Every task trained alone, from the same initial trunk.</summary>
internal static class SingleTaskNetworks
{
    public static TrainingResult[] Train(TaskTable table, RowSplit split, TrainedAffinityOptions options,
        CancellationToken cancellationToken)
    {
        ObservedTasks.ThrowIfAbsent(table, split);
        return ParallelRuns.Map(table.Tasks.Count, options.Threads, t =>
            NetworkTrainer.Train(table, split, [t], options.RunTraining(0, threads: 1), cancellationToken),
            cancellationToken);
    }
}
