using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>
/// Searches over groupings of tasks, learners and settings by really training, and chooses on rows that neither trained
/// nor stopped anything.
/// </summary>
public static class GroupingSweep
{
    /// <summary>Runs a sweep to the end of its budget.</summary>
    /// <param name="table">All tasks' data, held once for all trials.</param>
    /// <param name="options">What to try, for how long.</param>
    /// <param name="cancellationToken">
    /// Looked at every batch. Cancelled after the first completed trial, the best so far is returned.
    /// </param>
    /// <returns>The best model and how it was found; on any number of threads, and after an interruption with
    /// <see cref="SweepOptions.HistoryFile"/>, of the same bits unless time is the budget.</returns>
    /// <exception cref="ArgumentException">Options are out of range (all are named), or the constraints cannot be
    /// met.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before any trial was completed.</exception>
    /// <exception cref="InvalidOperationException">No trial succeeded; counts and the first error are in the
    /// message.</exception>
    /// <exception cref="FormatException">The history is of another sweep (the difference is named), or
    /// damaged.</exception>
    /// <exception cref="IOException">The history is in use or cannot be written.</exception>
    public static SweepResult Run(TaskTable table, SweepOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var learnable = LearnableSweep.Of(table, options);
        using var run = new SweepRun(learnable.Table, learnable.Options, cancellationToken);
        return learnable.Result(run.Run());
    }
}
