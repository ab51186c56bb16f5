namespace MLNet.MultiTask.Tool.Workers;

/// <summary>Where trials are handed out and worked on; this command alone has none, and hands over to one that
/// has.</summary>
internal interface IJobServer
{
    /// <summary>Hands trials out; to be disposed of.</summary>
    /// <param name="address">The database.</param>
    /// <param name="learners">What workers are told about the learners.</param>
    /// <param name="log">Told what should be known.</param>
    HandedOut Open(string address, string learners, Action<string> log);

    /// <summary>Works on trials until it is told to stop.</summary>
    /// <returns>Trials done.</returns>
    int Work(WorkRequest request, CancellationToken cancellationToken);
}

/// <summary>An executor and how to let go of it.</summary>
internal sealed record HandedOut(ITrialExecutor Executor, Action Close) : IDisposable
{
    public void Dispose() => Close();
}

/// <summary>What a worker is asked to do.</summary>
/// <param name="Storage">The database.</param>
/// <param name="Slots">Trials at a time.</param>
/// <param name="Threads">Threads per trial; null = the cores divided by the slots.</param>
/// <param name="DataFolder">Folder for data; null = a temporary one.</param>
/// <param name="Learners">From what the sweep says to its learners.</param>
/// <param name="Log">Told what happens.</param>
internal sealed record WorkRequest(string Storage, int Slots, int? Threads, string? DataFolder,
    Func<string, IReadOnlyList<SweepLearner>> Learners, Action<string> Log);
