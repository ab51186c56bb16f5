namespace MLNet.MultiTask.Search;

/// <summary>
/// A trial between its proposal and its place among the trials. It sees the cache as it was when it began, so that what
/// it counts as trained does not depend on the order in which trials end.
/// </summary>
internal sealed class TrialUnderWay
{
    private readonly Func<Task<SweepTrial?>> _run;
    private readonly Task<SweepTrial?>? _task;

    private TrialUnderWay(SweepPoint point, SweepTrial? best, TrialRunner? runner, GroupCache? seen,
        Func<Task<SweepTrial?>> run, bool aside)
    {
        (Point, Best, Runner, Seen, _run) = (point, best, runner, seen, run);
        _task = aside ? Task.Run(run) : null;
    }

    public SweepPoint Point { get; }

    /// <summary>The best trial when this one began.</summary>
    public SweepTrial? Best { get; }

    /// <summary>Null where a history knew the trial.</summary>
    public TrialRunner? Runner { get; }

    /// <summary>The cache as the trial saw it, with what it added; null where a history knew the trial.</summary>
    public GroupCache? Seen { get; }

    /// <summary>A trial that is known.</summary>
    public static TrialUnderWay Known(SweepTrial trial, SweepTrial? best) =>
        new(trial.Point, best, null, null, () => Task.FromResult<SweepTrial?>(trial), aside: false);

    /// <summary>A trial to run: beside the caller, or when it is waited for.</summary>
    public static TrialUnderWay Begin(int number, SweepPoint point, SweepTrial? best, bool stops, TrialRunner runner,
        GroupCache seen, bool aside, CancellationToken cancellationToken) =>
        new(point, best, runner, seen, async () =>
        {
            try
            {
                return await runner.RunAsync(number, point, stops ? best : null, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }, aside);

    /// <summary>The trial; null where it was cancelled.</summary>
    public SweepTrial? Wait() => (_task ?? _run()).GetAwaiter().GetResult();

    /// <summary>Waits for the end of a trial that was cancelled, whatever comes of it.</summary>
    public void LetGo() => _task?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
}
