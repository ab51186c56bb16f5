namespace MLNet.MultiTask;

/// <summary>Whose validation loss decides when to stop and which weights to keep.</summary>
public enum EarlyStopping
{
    /// <summary>The weighted mean over the tasks: one epoch is the best for all.</summary>
    Macro,

    /// <summary>
    /// Each task's own: training stops when no task has improved for the patience, and each task is served by the
    /// network
    /// of its own best epoch. Tasks with the same best epoch share a network.
    /// </summary>
    PerTask,
}
