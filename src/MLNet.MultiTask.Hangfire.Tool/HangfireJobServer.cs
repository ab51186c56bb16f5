using MLNet.MultiTask.Tool.Workers;

namespace MLNet.MultiTask.Tool;

/// <summary>Hangfire on PostgreSQL.</summary>
internal sealed class HangfireJobServer : IJobServer
{
    public HandedOut Open(string address, string learners, Action<string> log)
    {
        var executor = new HangfireExecutor(new HangfireExecutorOptions
        {
            Storage = address, Learners = learners, Log = log,
        });
        return new HandedOut(executor, executor.Dispose);
    }

    public int Work(WorkRequest request, CancellationToken cancellationToken) => MultiTaskWorker.Run(
        new MultiTaskWorkerOptions
        {
            Storage = request.Storage, Slots = request.Slots, Threads = request.Threads,
            DataFolder = request.DataFolder, Learners = request.Learners, Log = request.Log,
        }, cancellationToken);
}
