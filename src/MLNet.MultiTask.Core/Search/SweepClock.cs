using System.Diagnostics;

namespace MLNet.MultiTask.Search;

/// <summary>
/// The time of a sweep. Trials end early enough for the best to be measured again and for the chosen groups to be
/// trained once more; these, too, end in time.
/// </summary>
internal sealed class SweepClock : IDisposable
{
    // Share of the time that is kept for the last training; a trial's folds take longer together than that one does.
    private const double FinalShare = 0.15;
    private const double ConfirmationShare = 0.15;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan? _most;
    private readonly CancellationTokenSource _trials;
    private readonly CancellationTokenSource _confirmation;
    private readonly CancellationTokenSource _final;

    public SweepClock(TimeSpan? most, bool confirms, CancellationToken caller)
    {
        (_most, Caller) = (most, caller);
        _trials = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _confirmation = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _final = CancellationTokenSource.CreateLinkedTokenSource(caller);
        if (most is not { } limit)
            return;
        _trials.CancelAfter(limit * (1 - FinalShare - (confirms ? ConfirmationShare : 0)));
        _confirmation.CancelAfter(limit * (1 - FinalShare));
        _final.CancelAfter(limit);
    }

    /// <summary>Cancelled by the caller.</summary>
    public CancellationToken Caller { get; }

    /// <summary>Cancelled by the caller, or when trials must end.</summary>
    public CancellationToken Token => _trials.Token;

    /// <summary>Cancelled by the caller, or when the best must have been measured again.</summary>
    public CancellationToken Confirmation => _confirmation.Token;

    /// <summary>Cancelled by the caller, or at the deadline.</summary>
    public CancellationToken Final => _final.Token;

    /// <summary>Whether no trial may begin any more.</summary>
    public bool IsOver => _trials.IsCancellationRequested;

    public double Seconds => Stopwatch.GetElapsedTime(_started).TotalSeconds;

    /// <summary>What is left, by the mean time of a trial so far and the limits; null = unknown.</summary>
    /// <param name="trials">Trials so far.</param>
    /// <param name="seconds">Time that they took.</param>
    /// <param name="options">The limits.</param>
    public TimeSpan? Left(int trials, double seconds, SweepOptions options)
    {
        TimeSpan? byTime = _most is { } most ? most - TimeSpan.FromSeconds(Seconds) : null;
        TimeSpan? byTrials = options.MaxTrials is { } count && trials > 0
            ? TimeSpan.FromSeconds(seconds / trials * (count - trials)) : null;
        return byTime is null || byTrials is null ? byTime ?? byTrials : byTime < byTrials ? byTime : byTrials;
    }

    /// <summary>Ends all trials.</summary>
    public void Cancel() => _trials.Cancel();

    public void Dispose()
    {
        _trials.Dispose();
        _confirmation.Dispose();
        _final.Dispose();
    }
}
