using MLNet.MultiTask.Data;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.MultiTask.Learners;

/// <summary>Fits one learner per group of a grouping.</summary>
public static class GroupedTrainer
{
    /// <summary>
    /// Fits every group's members. A group's models depend on the seed, the learner and the members only, so equal
    /// groups of different groupings give equal models. The model's grouping says which tasks a model serves; members
    /// of it that another model serves stand there as helpers.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="grouping">Of the table's tasks.</param>
    /// <param name="learner">Fits each group.</param>
    /// <param name="run">
    /// Seed, threads, progress, checkpoints and cancellation; null = the defaults. With checkpoints, groups that were
    /// finished are taken as they are, and others go on where their checkpoint ends; the grouping may be another one
    /// than before. Who listens to the progress is told of one group after the other.
    /// </param>
    /// <param name="unlearnable">
    /// What becomes of tasks that the training rows cannot teach: set aside, they form a last group of their own.
    /// </param>
    /// <exception cref="ArgumentException">The grouping is over another number of tasks, tasks cannot be learned (all
    /// are named), or a checkpoint is of other data or options (the difference is named).</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static GroupedTrainingResult Train(TaskTable table, RowSplit split, TaskGrouping grouping,
        IGroupLearner learner, LearnerRun? run = null, UnlearnableTasks unlearnable = UnlearnableTasks.SetAside)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(grouping);
        ArgumentNullException.ThrowIfNull(learner);
        if (grouping.TaskCount != table.Tasks.Count)
            throw new ArgumentException($"The grouping '{grouping}' is over " +
                $"{Counted.Of(grouping.TaskCount, "task")}, the table has {table.Tasks.Count}", nameof(grouping));
        run ??= new LearnerRun();
        run.Validate();
        SetAside aside = SetAside.Find(table, split.Train, unlearnable);
        TaskGroup[] groups = aside.Without(grouping);
        GroupFit[] fits = FitGroups(table, split, groups, learner, run);
        if (aside.Model is { } constant)
        {
            groups = [.. groups, new TaskGroup(aside.Tasks, [])];
            fits = [.. fits, new GroupFit { Models = [new(aside.Tasks, constant)], Notes = [aside.Note()!] }];
        }
        return new GroupedTrainingResult(Assemble(table.Tasks, groups, fits), fits);
    }

    /// <summary>A checkpoint name for a group: its purpose and a hash of its members' names.</summary>
    internal static string CheckpointName(string purpose, TaskTable table, TaskGroup group)
    {
        byte[] names = Encoding.UTF8.GetBytes(string.Join('\0', group.Members.Select(t => table.Tasks[t].Name)));
        return $"{purpose}-{Convert.ToHexStringLower(SHA256.HashData(names).AsSpan(0, 8))}";
    }

    /// <summary>The model of fits of the groups' members, one per group.</summary>
    internal static MultiTaskModel Assemble(IReadOnlyList<TaskInfo> tasks, IReadOnlyList<TaskGroup> groups,
        IEnumerable<GroupFit> fits)
    {
        var models = groups.Zip(fits).SelectMany(pair => Served(tasks, pair.First, pair.Second))
            .OrderBy(m => m.Group.Served[0]).ToArray();
        return new MultiTaskModel(tasks, new TaskGrouping(models.Select(m => m.Group)),
            [.. models.Select(m => m.Model)]);
    }

    // Groups beside each other use threads better than threads within a group.
    private static GroupFit[] FitGroups(TaskTable table, RowSplit split, TaskGroup[] groups, IGroupLearner learner,
        LearnerRun run)
    {
        int threads = run.MaxThreads;
        GroupFit Fit(int g, int? own) => learner.Fit(table, split, groups[g].Members, run with
        {
            Threads = own,
            CheckpointName = CheckpointName(run.CheckpointName, table, groups[g]),
            Progress = run.Progress is null ? null : new GroupProgress(g, run.Progress),
        });
        var fits = new GroupFit[groups.Length];
        if (threads == 1 || groups.Length == 1 || run.Progress is not (null or IConcurrentProgress))
        {
            for (int g = 0; g < fits.Length; g++)
                fits[g] = Fit(g, run.Threads);
            return fits;
        }
        int each = Math.Max(1, threads / groups.Length);
        var failures = new ExceptionDispatchInfo?[groups.Length];
        Parallel.For(0, groups.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, (g, loop) =>
        {
            try
            {
                fits[g] = Fit(g, each);
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
        return fits;
    }

    private static IEnumerable<(TaskGroup Group, IGroupModel Model)> Served(IReadOnlyList<TaskInfo> tasks,
        TaskGroup group, GroupFit fit)
    {
        foreach (ServingModel serving in fit.Models)
        {
            int[] served = [.. serving.Served.Intersect(group.Served)];
            if (served.Length == 0)
                continue;
            var names = serving.Model.Tasks.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
            int[] members = [.. group.Members.Where(t => names.Contains(tasks[t].Name))];
            yield return (new TaskGroup(served, [.. members.Except(served)]), serving.Model);
        }
    }

    private sealed class GroupProgress(int group, IProgress<TrainingProgress> listener) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listener.Report(value with { Group = group });
    }
}
