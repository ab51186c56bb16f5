using Microsoft.ML.SearchSpace;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.AutoML;

/// <summary>
/// What tuner and runner share in a run: the session, the next proposal, and the way to end the experiment. AutoML has
/// no word for "done": the token is cancelled in Update, after the last trial.
/// </summary>
internal sealed class TrialRelay
{
    private MultiTaskTrialRunner? _runner;
    private CancellationTokenSource? _stop;
    private SweepPoint? _next;

    public SweepSession? Session { get; private set; }

    /// <summary>Why the run ended.</summary>
    public SweepStopReason StopReason { get; private set; }

    /// <summary>Why the experiment cannot run; null where it can.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether there is anything to try.</summary>
    public bool HasNext => _next is not null;

    public void Begin(SweepSession session, CancellationTokenSource stop)
    {
        (Session, _stop, Refusal) = (session, stop, null);
        StopReason = SweepStopReason.Cancelled;
        Advance();
    }

    /// <summary>The one runner: AutoML never releases those that a factory makes.</summary>
    public MultiTaskTrialRunner Runner(IServiceProvider services)
    {
        if (Refusal is null && CheckpointGuard.KeepsCheckpoints(services))
        {
            Refusal = "SetCheckpoint cannot be combined with SetMultiTask: it would keep every model alive and " +
                "restore other groupings than were tried; set HistoryFile in the options instead";
            _stop?.Cancel();
        }
        return _runner ??= new MultiTaskTrialRunner(this);
    }

    /// <summary>The proposal made after the last trial, so that Propose takes no time.</summary>
    public Parameter Next() => TrialParameter.Of(_next
        ?? throw new InvalidOperationException("The sweep has ended; run it by MultiTaskExperiment.RunAsync"));

    /// <summary>After a trial: the next proposal, or the end.</summary>
    public void Advance()
    {
        SweepRun run = Session!.Run;
        if (run.WhyStop() is { } reason)
            End(reason);
        else if ((_next = run.Propose()) is null)
            End(SweepStopReason.SpaceExhausted);
    }

    /// <summary>Ends the experiment where the budget is used up.</summary>
    public void EndIfDone()
    {
        if (Session!.Run.WhyStop() is { } reason)
            End(reason);
    }

    private void End(SweepStopReason reason)
    {
        (StopReason, _next) = (reason, null);
        _stop!.Cancel();
    }
}
