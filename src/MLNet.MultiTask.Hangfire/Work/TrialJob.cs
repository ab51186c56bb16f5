using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;

namespace MLNet.MultiTask.Hangfire.Work;

/// <summary>What Hangfire runs: one trial on the worker of this process.</summary>
[AutomaticRetry(Attempts = 0)]
[ShortMemory]
internal sealed class TrialJob(TrialDesk desk)
{
    /// <summary>Trains a trial, unless it is finished or somebody else does.</summary>
    /// <param name="sweep">Its sweep.</param>
    /// <param name="key">Its key.</param>
    /// <param name="title">For the dashboard.</param>
    /// <param name="cancellationToken">Cancelled when the server stops.</param>
    [JobDisplayName("{2}")]
    public void Run(string sweep, string key, string title, CancellationToken cancellationToken) =>
        desk.Work(sweep, key, title, cancellationToken);
}

/// <summary>Jobs that are done are forgotten soon: the trials have tables of their own.</summary>
internal sealed class ShortMemoryAttribute : JobFilterAttribute, IApplyStateFilter
{
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(10);

    public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction) =>
        context.JobExpirationTimeout = s_kept;

    public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
    }
}

/// <summary>Hands Hangfire the job of this process's worker.</summary>
internal sealed class TrialActivator(TrialDesk desk) : JobActivator
{
    public override object ActivateJob(Type jobType) => jobType == typeof(TrialJob) ? new TrialJob(desk)
        : throw new InvalidOperationException($"A worker of trials does not run jobs of the type {jobType}");
}
