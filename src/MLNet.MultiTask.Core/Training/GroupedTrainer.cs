using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>Trains one network per group of a grouping.</summary>
public static class GroupedTrainer
{
    /// <summary>
    /// Trains every group's network on the group's members. A network depends on the seed and its members only,
    /// so equal groups of different groupings give equal networks. With <see cref="EarlyStopping.PerTask"/> the model's
    /// grouping says
    /// which members share a best epoch; the others stand there as helpers.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="grouping">Of the table's tasks.</param>
    /// <param name="options">How each network is trained.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="ArgumentException">The grouping is over another number of tasks, or a task cannot be learned
    /// (it is named).</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static GroupedTrainingResult Train(TaskTable table, RowSplit split, TaskGrouping grouping,
        TrainingOptions options, CancellationToken cancellationToken = default) =>
        Train(table, split, grouping, options, null, cancellationToken);

    /// <summary>
    /// The same with checkpoints: networks that were finished are taken as they are, others go on where their
    /// checkpoint ends, to the same bits as if training had never stopped. The grouping may be another one than before.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="grouping">Of the table's tasks.</param>
    /// <param name="options">How each network is trained.</param>
    /// <param name="checkpoints">
    /// Keeps one checkpoint per network, such as a <see cref="Persistence.CheckpointFolder"/>; null = none.
    /// </param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="ArgumentException">The grouping is over another number of tasks, a task cannot be learned (it
    /// is named), or a checkpoint is of other data or options (the difference is named).</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static GroupedTrainingResult Train(TaskTable table, RowSplit split, TaskGrouping grouping,
        TrainingOptions options, ICheckpointStore? checkpoints, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(grouping);
        if (grouping.TaskCount != table.Tasks.Count)
            throw new ArgumentException($"The grouping '{grouping}' is over {grouping.TaskCount} tasks, " +
                $"the table has {table.Tasks.Count}", nameof(grouping));
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        TrainingResult[] results = TrainGroups(table, split, grouping, options, checkpoints, cancellationToken);
        return new GroupedTrainingResult(Assemble(table.Tasks, grouping, results), results);
    }

    /// <summary>A name for the network of a group: its purpose and a hash of its members' names.</summary>
    internal static string NetworkName(string purpose, TaskTable table, TaskGroup group)
    {
        byte[] names = Encoding.UTF8.GetBytes(string.Join('\0', group.Members.Select(t => table.Tasks[t].Name)));
        return $"{purpose}-{Convert.ToHexStringLower(SHA256.HashData(names).AsSpan(0, 8))}";
    }

    /// <summary>The model of networks that were trained on the groups' members, one result per group.</summary>
    internal static MultiTaskModel Assemble(IReadOnlyList<TaskInfo> tasks, TaskGrouping grouping,
        IEnumerable<TrainingResult> results)
    {
        var networks = grouping.Groups.Zip(results).SelectMany(pair => Networks(pair.First, pair.Second))
            .OrderBy(n => n.Group.Served[0]).ToArray();
        return new MultiTaskModel(tasks, new TaskGrouping(networks.Select(n => n.Group)),
            [.. networks.Select(n => n.Network)]);
    }

    /// <summary>
    /// Groups beside each other use threads better than threads within a network; who listens is told of one group
    /// after the other.
    /// </summary>
    private static TrainingResult[] TrainGroups(TaskTable table, RowSplit split, TaskGrouping grouping,
        TrainingOptions options, ICheckpointStore? checkpoints, CancellationToken cancellationToken)
    {
        int threads = options.Threads ?? Environment.ProcessorCount;
        TrainingResult Train(int g, TrainingOptions own) =>
            NetworkTrainer.Train(table, split, grouping.Groups[g].Members,
                own.Progress is null ? own : own with { Progress = new GroupProgress(g, own.Progress) }, checkpoints,
                NetworkName("network", table, grouping.Groups[g]), cancellationToken);
        var results = new TrainingResult[grouping.Count];
        if (threads == 1 || grouping.Count == 1 || options.Progress is not null || options.Checkpoint is not null)
        {
            for (int g = 0; g < results.Length; g++)
                results[g] = Train(g, options);
            return results;
        }
        TrainingOptions alone = options with { Threads = Math.Max(1, threads / grouping.Count) };
        var failures = new ExceptionDispatchInfo?[grouping.Count];
        Parallel.For(0, grouping.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, (g, loop) =>
        {
            try
            {
                results[g] = Train(g, alone);
            }
            catch (Exception e)
            {
                failures[g] = ExceptionDispatchInfo.Capture(e);
                loop.Break();
            }
        });
        // All groups before a failed one were begun and have ended: the first failure is the same on any number of
        // threads.
        failures.FirstOrDefault(f => f is not null)?.Throw();
        return results;
    }

    private sealed class GroupProgress(int group, IProgress<TrainingProgress> listener) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listener.Report(value with { Group = group });
    }

    /// <summary>
    /// A group's networks: one, or with early stopping per task one for every best epoch, in which the other members
    /// are helpers.
    /// </summary>
    private static IEnumerable<(TaskGroup Group, SharedBottomNetwork Network)> Networks(TaskGroup group,
        TrainingResult result)
    {
        if (result.BestPerTask is null)
            return [(group, result.Network)];
        return result.BestPerTask
            .Select(best => (Served: best.Tasks.Select(t => group.Members[t]).Intersect(group.Served).ToArray(),
                best.Network))
            .Where(best => best.Served.Length > 0)
            .Select(best => (new TaskGroup(best.Served, [.. group.Members.Except(best.Served)]), best.Network));
    }
}
