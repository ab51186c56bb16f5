using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Affinity;

/// <summary>One small forest per task, which affinities compare.</summary>
internal static class SingleTaskForests
{
    /// <exception cref="ArgumentException">A task cannot be learned or measured (it is named).</exception>
    public static BoostedForest[] Train(TaskTable table, RowSplit split, ForestAffinityOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        ObservedTasks.ThrowIfAbsent(table, split);
        var run = new LearnerRun
        {
            Seed = options.Seed, Threads = options.Threads, CancellationToken = cancellationToken,
        };
        return [.. Enumerable.Range(0, table.Tasks.Count).Select(t =>
            ForestTrainer.Train(table, split, [t], options.Forest, run).Forest)];
    }
}
