namespace MLNet.MultiTask.Learners;

/// <summary>
/// Fits one group's tasks together: what a trainer, a trial of the search and the command see of a method. Immutable;
/// <see cref="Fit"/> may be called by several threads at once.
/// </summary>
public interface IGroupLearner
{
    /// <summary>The method, such as <c>shared-bottom</c>: lower-case letters, digits and hyphens.</summary>
    string Name { get; }

    /// <summary>
    /// One line that says everything which decides the bits of a fit apart from data, rows, tasks and seed: two
    /// learners of the same name and settings give the same models. A key of caches and histories.
    /// </summary>
    string Settings { get; }

    /// <summary>
    /// Fits from nothing, or goes on from a checkpoint. The result depends on data, rows, tasks, seed, name and
    /// settings only: on any number of threads, and with or without interruption, it has the same bits.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on, and rows that decide when to stop.</param>
    /// <param name="tasks">
    /// Numbers of the group's tasks in <paramref name="table"/>, ascending, at least one. Cells that are not observed
    /// are left out task by task.
    /// </param>
    /// <param name="run">Seed, threads, progress, checkpoints and cancellation.</param>
    /// <exception cref="ArgumentException">A task cannot be learned from these rows, or a checkpoint is of another fit
    /// (all such tasks are named, or the difference is).</exception>
    /// <exception cref="OperationCanceledException"><see cref="LearnerRun.CancellationToken"/> was
    /// cancelled.</exception>
    GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run);
}
