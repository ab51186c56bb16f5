namespace MLNet.MultiTask;

/// <summary>
/// Where the groups of a sweep's trials are trained: in the process (the default), or by workers elsewhere. What comes
/// back depends on the training alone, so that it does not matter where, when, in which order or how often it ran.
/// </summary>
public interface ITrialExecutor
{
    /// <summary>
    /// Trains what a trial needs next. Called for several trials at once, without waiting for one another; two of them
    /// may ask for the same training, which needs to run only once. A trial that waits holds no thread.
    /// </summary>
    /// <param name="batch">Independent of each other; at least one.</param>
    /// <param name="cancellationToken">Ends the waiting; results that arrive later may be kept for another try.</param>
    /// <returns>One outcome per training, in the order of <paramref name="batch"/>.</returns>
    /// <exception cref="TrialExecutorException">Nothing can be trained any more; the sweep ends.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<IReadOnlyList<GroupOutcome>> TrainAsync(IReadOnlyList<GroupTraining> batch,
        CancellationToken cancellationToken);

    /// <summary>The models of a training that has ended; null where they are not kept and must be trained
    /// again.</summary>
    Learners.GroupFit? Models(GroupTraining training, CancellationToken cancellationToken);
}

/// <summary>An executor cannot train anything any more: no trial failed, but the sweep ends.</summary>
public sealed class TrialExecutorException : Exception
{
    /// <summary>Says why.</summary>
    public TrialExecutorException(string message) : base(message)
    {
    }

    /// <summary>Says why, and what was behind it.</summary>
    public TrialExecutorException(string message, Exception inner) : base(message, inner)
    {
    }
}
