using Hangfire;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Storage;
using MLNet.MultiTask.Hangfire.Work;

namespace MLNet.MultiTask;

/// <summary>
/// Trains trials of sweeps that hand them out by <see cref="HangfireExecutor"/>, on any host that reaches the database.
/// Killed at any moment, it loses no trial: another worker takes them over.
/// </summary>
public static class MultiTaskWorker
{
    /// <summary>Works until it is told to stop; then gives back what it has not finished.</summary>
    /// <returns>Trials handed in.</returns>
    /// <exception cref="ArgumentException">Options are out of range (all are named).</exception>
    /// <exception cref="TrialExecutorException">The database is not there, refuses, or is of another
    /// version.</exception>
    /// <exception cref="WorkerRefusedException">This worker would not come to a sweep's results: it is of another
    /// build, has other learners, or cannot read the data.</exception>
    public static int Run(MultiTaskWorkerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using var database = new Database(ServerAddress.Parse(options.Storage), TimeSpan.FromMinutes(5));
        database.UseNow<object?>(connection =>
        {
            Schema.Ensure(connection, database.Address);
            return null;
        });
        if (new SweepStore(database).OtherBuild(BuildIdentity.Text) is { } other)
            throw new WorkerRefusedException(
                $"The sweeps in the database {database.Address} are of {other}, this worker " +
                $"is {BuildIdentity.Text}; run workers and sweep from the same build");
        string name = FormattableString.Invariant($"{Environment.MachineName}-{Environment.ProcessId}");
        string? own = options.DataFolder is null ? Directory.CreateTempSubdirectory("mlnet-multitask-").FullName : null;
        try
        {
            return Run(options, database, name, options.DataFolder ?? own!, cancellationToken);
        }
        finally
        {
            if (own is not null)
                Directory.Delete(own, recursive: true);
        }
    }

    private static int Run(MultiTaskWorkerOptions options, Database database, string name, string folder,
        CancellationToken cancellationToken)
    {
        var trials = new TrialStore(database);
        var queue = new TrialQueue(database.Address, database.Patience);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var leases = new Leases(trials, options.Lease);
        var desk = new TrialDesk(trials, queue, leases, new SweepShelf(database, folder, options.Learners, name),
            options, name)
        {
            Refused = stop.Cancel,
        };
        using (new BackgroundJobServer(new BackgroundJobServerOptions
        {
            ServerName = name,
            WorkerCount = options.Slots,
            Queues = TrialQueue.Names,
            Activator = new TrialActivator(desk),
            SchedulePollingInterval = TimeSpan.FromMinutes(1),
            HeartbeatInterval = TimeSpan.FromSeconds(10),
            ShutdownTimeout = TimeSpan.FromSeconds(15),
        }, queue.Storage))
        {
            options.Log?.Invoke($"Worker {name} waits for trials at {database.Address}, {options.Slots} at a time");
            stop.Token.WaitHandle.WaitOne();
        }
        return desk.Refusal is null ? desk.Done : throw desk.Refusal;
    }
}
