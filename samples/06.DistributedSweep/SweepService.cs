using Microsoft.Extensions.Hosting;

namespace MLNet.MultiTask.Samples.DistributedSweep;

/// <summary>Runs one sweep and ends the host.</summary>
internal sealed class SweepService(Job job, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var executor = new HangfireExecutor(new HangfireExecutorOptions { Storage = job.Storage });
        SweepResult result = await Task.Run(() => GroupingSweep.Run(
            Job.Read(Path.Combine("samples", "data", "digits.csv")), new SweepOptions
            {
                Learners = Job.Learners, MaxTrials = job.Trials, Outstanding = 4, Executor = executor,
            }, stoppingToken), stoppingToken);
        foreach (SweepTrial trial in result.Trials)
            Console.WriteLine($"{trial.Number,3}  {trial.Point,-30} {trial.Loss:F4}");
        Console.WriteLine($"Best: {result.Best.Point}");
        lifetime.StopApplication();
    }
}
