using System.Diagnostics;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Hangfire.Work;

/// <summary>
/// Where a worker's trials are done: claimed, trained under a lease, and handed in, if the lease is still held.
/// </summary>
internal sealed class TrialDesk(TrialStore trials, TrialQueue queue, Leases leases, SweepShelf sweeps,
    MultiTaskWorkerOptions options, string worker)
{
    // A sweep's turn before another one's, and how long a job of Hangfire lasts at least under load.
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(10);

    private int _done;

    /// <summary>Why this worker must not go on; null while it may.</summary>
    public WorkerRefusedException? Refusal { get; private set; }

    /// <summary>Trials handed in.</summary>
    public int Done => _done;

    /// <summary>Told when <see cref="Refusal"/> is set.</summary>
    public required Action Refused { get; init; }

    /// <summary>
    /// Works on the trial that it was called for, or where that is taken on another one of the sweep, and then on those
    /// that nobody has claimed yet, as long as a turn lasts: one statement from a result to the next trial.
    /// </summary>
    public void Work(string sweep, string key, string title, CancellationToken cancellationToken)
    {
        if (Refusal is not null)
        {
            // A worker that stops gives the job back all the same.
            queue.Call(sweep, key, title, cancellationToken: CancellationToken.None);
            return;
        }
        long began = Stopwatch.GetTimestamp();
        ClaimedTrial? trial = trials.Claim(sweep, key, worker, leases.Length, cancellationToken)
            ?? trials.ClaimNext(sweep, worker, leases.Length, cancellationToken);
        while (trial is not null)
        {
            bool goesOn = Stopwatch.GetElapsedTime(began) < s_turn && !cancellationToken.IsCancellationRequested;
            trial = Work(sweep, trial, goesOn, cancellationToken);
        }
    }

    private ClaimedTrial? Work(string sweep, ClaimedTrial trial, bool goesOn, CancellationToken cancellationToken)
    {
        using Activity? activity = DistributionTelemetry.Begin(trial.Title, trial.Trace, trial.Queued);
        using Leases.Held lease = leases.Hold(sweep, trial.Key, trial.Lease, cancellationToken);
        // Every claim before this one ended in an error or in silence.
        int silent = trial.Workers.Length - 1 - trial.Errors.Length;
        if (silent >= options.MaxTries)
            return HandIn(sweep, trial, Failure(trial.Key, [.. trial.Errors, $"The worker was lost {silent} times " +
                $"while it trained this group; it was tried on {string.Join(", ", trial.Workers[..^1].Distinct())}"]),
                null, goesOn);
        try
        {
            TrialWorkbench bench = sweeps.Of(sweep);
            GroupTraining training = bench.Open(TrialFile.Parse(trial.Json));
            (ResultFile result, byte[]? model) = bench.Run(trial.Key, training, options.ThreadsPerTrial, lease.Token);
            return HandIn(sweep, trial, result, model, goesOn);
        }
        catch (OperationCanceledException) when (lease.Token.IsCancellationRequested)
        {
            if (!lease.IsLost)
                GiveBack(sweep, trial, null);
        }
        catch (Exception e) when (e is WorkerRefusedException or FormatException)
        {
            Refusal = e as WorkerRefusedException ?? new WorkerRefusedException(e.Message, e);
            GiveBack(sweep, trial, null);
            Refused();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or TrialExecutorException))
        {
            string error = $"{e.GetType().Name}: {e.Message}";
            options.Log?.Invoke($"{trial.Title}: {error} (try {trial.Errors.Length + 1} of {options.MaxTries})");
            if (trial.Errors.Length + 1 >= options.MaxTries)
                return HandIn(sweep, trial, Failure(trial.Key, [.. trial.Errors, error]), null, goesOn);
            GiveBack(sweep, trial, error);
        }
        return null;
    }

    private ResultFile Failure(string key, string[] errors) => new(key, [], 0, 0, worker, null, errors);

    /// <returns>The next trial.</returns>
    private ClaimedTrial? HandIn(string sweep, ClaimedTrial trial, ResultFile result, byte[]? model, bool goesOn)
    {
        (bool taken, ClaimedTrial? next) = goesOn
            ? trials.FinishAndClaim(sweep, trial.Key, trial.Lease, result, model, worker, leases.Length, default)
            : (trials.Finish(sweep, trial.Key, trial.Lease, result, model, default), null);
        DistributionTelemetry.HandedIn(result, taken);
        if (taken)
            Interlocked.Increment(ref _done);
        else
            options.Log?.Invoke(
                $"The lease of a trial went to another worker while it was trained here; the result is " +
                $"dropped ({trial.Key[..12]}…)");
        return next;
    }

    private void GiveBack(string sweep, ClaimedTrial trial, string? error)
    {
        trials.Release(sweep, trial.Key, trial.Lease, error);
        queue.Call(sweep, trial.Key, trial.Title, again: true);
    }
}
