using Microsoft.Extensions.Hosting;

namespace MLNet.MultiTask.Samples.DistributedSweep;

/// <summary>Trains trials until the host stops.</summary>
internal sealed class WorkerService(Job job) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => MultiTaskWorker.Run(
        new MultiTaskWorkerOptions
        {
            Storage = job.Storage, Learners = _ => Job.Learners, Log = Console.Error.WriteLine,
        }, stoppingToken), CancellationToken.None);
}
