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
    private int _done;

    /// <summary>Why this worker must not go on; null while it may.</summary>
    public WorkerRefusedException? Refusal { get; private set; }

    /// <summary>Trials handed in.</summary>
    public int Done => _done;

    /// <summary>Told when <see cref="Refusal"/> is set.</summary>
    public required Action Refused { get; init; }

    public void Work(string sweep, string key, string title, CancellationToken cancellationToken)
    {
        if (Refusal is not null)
        {
            // A worker that stops gives the job back all the same.
            queue.Call(sweep, key, title, cancellationToken: CancellationToken.None);
            return;
        }
        if (trials.Claim(sweep, key, worker, leases.Length, cancellationToken) is not { } trial)
            return;
        using Activity? activity = DistributionTelemetry.Begin(title, trial.Trace, trial.Queued);
        using Leases.Held lease = leases.Hold(sweep, key, trial.Lease, cancellationToken);
        // Every claim before this one ended in an error or in silence.
        int silent = trial.Workers.Length - 1 - trial.Errors.Length;
        if (silent >= options.MaxTries)
        {
            HandIn(sweep, trial, lease, Failure(key, [.. trial.Errors, $"The worker was lost {silent} times while it " +
                $"trained this group; it was tried on {string.Join(", ", trial.Workers[..^1].Distinct())}"]), null);
            return;
        }
        try
        {
            TrialWorkbench bench = sweeps.Of(sweep);
            GroupTraining training = bench.Open(TrialFile.Parse(trial.Json));
            (ResultFile result, byte[]? model) = bench.Run(key, training, options.ThreadsPerTrial, lease.Token);
            HandIn(sweep, trial, lease, result, model);
        }
        catch (OperationCanceledException) when (lease.Token.IsCancellationRequested)
        {
            if (!lease.IsLost)
                GiveBack(sweep, key, title, trial, null);
        }
        catch (Exception e) when (e is WorkerRefusedException or FormatException)
        {
            Refusal = e as WorkerRefusedException ?? new WorkerRefusedException(e.Message, e);
            GiveBack(sweep, key, title, trial, null);
            Refused();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or TrialExecutorException))
        {
            string error = $"{e.GetType().Name}: {e.Message}";
            options.Log?.Invoke($"{title}: {error} (try {trial.Errors.Length + 1} of {options.MaxTries})");
            if (trial.Errors.Length + 1 >= options.MaxTries)
                HandIn(sweep, trial, lease, Failure(key, [.. trial.Errors, error]), null);
            else
                GiveBack(sweep, key, title, trial, error);
        }
    }

    private ResultFile Failure(string key, string[] errors) => new(key, [], 0, 0, worker, null, errors);

    private void HandIn(string sweep, ClaimedTrial trial, Leases.Held lease, ResultFile result, byte[]? model)
    {
        bool taken = trials.Finish(sweep, result.Key, trial.Lease, result, model, CancellationToken.None);
        DistributionTelemetry.HandedIn(result, taken);
        if (taken)
            Interlocked.Increment(ref _done);
        else
            options.Log?.Invoke($"The lease of a trial went to another worker while it was trained here; the result is " +
                $"dropped ({lease.Key[..12]}…)");
    }

    private void GiveBack(string sweep, string key, string title, ClaimedTrial trial, string? error)
    {
        trials.Release(sweep, key, trial.Lease, error);
        queue.Call(sweep, key, title, again: true);
    }
}
