using System.Globalization;

namespace MLNet.MultiTask.Tests;

/// <summary>A worker or coordinator in a process of its own, to be killed.</summary>
internal static class ChildProgram
{
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args switch
    {
        ["clock"] => Clock(),
        ["worker", var url, var slots] => Work(url, int.Parse(slots, CultureInfo.InvariantCulture), isDeadly: false),
        ["worker", var url, var slots, var lease] => Work(url, int.Parse(slots, CultureInfo.InvariantCulture),
            isDeadly: false, int.Parse(lease, CultureInfo.InvariantCulture)),
        ["poison", var url] => Work(url, 1, isDeadly: true),
        ["sweep", var url, var trials, var outstanding, var delay, var history] => Sweep(url,
            int.Parse(trials, CultureInfo.InvariantCulture),
            int.Parse(outstanding, CultureInfo.InvariantCulture), delay,
            history),
        _ => throw new ArgumentException($"'{string.Join(' ', args)}' is no worker and no sweep"),
    });

    /// <summary>What this process takes for the time.</summary>
    private static int Clock()
    {
        Console.WriteLine(DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture));
        return 0;
    }

    private static int Work(string url, int slots, bool isDeadly, int lease = 8)
    {
        MultiTaskWorker.Run(new MultiTaskWorkerOptions
        {
            Storage = url, Slots = slots, Threads = 1, Learners = text => !isDeadly ? TestSweep.Learners(text)
                : [new SweepLearner("network", _ => new DeadlyLearner(TestSweep.Learners(text)[0].Create(
                    new Dictionary<string, string>())))],
            // Who is killed twenty times loses a trial more than three times by chance.
            MaxTries = isDeadly ? 3 : 10, Lease = TimeSpan.FromSeconds(lease),
            Log = Console.Error.WriteLine,
        }, CancellationToken.None);
        return 0;
    }

    private static int Sweep(string url, int trials, int outstanding, string delay, string history)
    {
        using HangfireExecutor executor = TestSweep.Executor(url, delay);
        SweepResult result = GroupingSweep.Run(TestSweep.Table, TestSweep.Options(trials, outstanding, delay) with
        {
            Executor = executor, HistoryFile = history,
        });
        foreach (string line in TestSweep.Lines(result))
            Console.WriteLine(line);
        return 0;
    }
}
