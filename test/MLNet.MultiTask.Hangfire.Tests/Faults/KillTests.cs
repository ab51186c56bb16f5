using System.Diagnostics;
using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests.Faults;

[TestClass]
public sealed class KillTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [TestCategory("Slow")]
    public void KilledWorker_ItsTrial_RunsAgainWithin15Seconds()
    {
        string url = Server.NewDatabase();
        using ChildProcess victim = ChildProcess.Worker(url, 1), other = ChildProcess.Worker(url, 1);
        Task<SweepResult> sweep = Task.Run(() => Sweep(url, 2, "2000"));
        using Database database = TestDatabase.Open(url);
        string held = "select key from multitask.trial where finished is null and workers[cardinality(workers)] = $1";
        string? key = null;
        Wait.Until(() => database.AskOrNull(held, other.Name) is not null);
        Wait.Until(() => (key = database.AskOrNull(held, victim.Name) as string) is not null);
        victim.Kill();
        long killed = Stopwatch.GetTimestamp();
        Wait.Until(() => database.AskOrNull("select 1 from multitask.trial where key = $1 and $2 = any (workers)", key!,
            other.Name) is not null);
        double seconds = Stopwatch.GetElapsedTime(killed).TotalSeconds;
        TestContext.WriteLine($"taken over {seconds:F1} s after the kill");
        sweep.GetAwaiter().GetResult();
        Assert.IsLessThan(15, seconds);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void TwentyKills_In200Trials_LeaveTheBitsAlone()
    {
        string url = Server.NewDatabase();
        string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, TestSweep.Options(200, 8)));
        Task<SweepResult> sweep = Task.Run(() => Sweep(url, 200, "1500"));
        ChildProcess[] workers = [ChildProcess.Worker(url, 2), ChildProcess.Worker(url, 2)];
        var random = new Random(17);
        int kills = 0;
        try
        {
            while (!sweep.IsCompleted)
            {
                if (kills == 20)
                    Assert.IsTrue(sweep.Wait(TimeSpan.FromMinutes(10)), "The sweep goes on after 20 kills");
                Thread.Sleep(random.Next(500, 2500));
                if (sweep.IsCompleted)
                    break;
                int at = kills++ % 2;
                workers[at].Kill();
                workers[at].Dispose();
                workers[at] = ChildProcess.Worker(url, 2);
            }
        }
        finally
        {
            foreach (ChildProcess worker in workers)
                worker.Dispose();
        }
        TestContext.WriteLine($"{kills} kills");
        CollectionAssert.AreEqual(expected, TestSweep.Lines(sweep.GetAwaiter().GetResult()));
        Assert.AreEqual(20, kills);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void KilledCoordinator_StartedAgain_EndsAsIfNothingHadHappened()
    {
        string url = Server.NewDatabase(), history = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");
        try
        {
            string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, TestSweep.Options(12, 4, "300")));
            using var worker = new WorkerThread(url, slots: 2);
            using (ChildProcess first = ChildProcess.Sweep(url, 12, 4, "300", history))
            {
                using Database database = TestDatabase.Open(url);
                Wait.Until(() => database.AskOrNull("select count(*) from multitask.trial where finished is not null")
                    is >= 12L);
                first.Kill();
            }
            using ChildProcess second = ChildProcess.Sweep(url, 12, 4, "300", history);
            CollectionAssert.AreEqual(expected, second.Lines());
        }
        finally
        {
            File.Delete(history);
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void PoisonTrial_KillingEveryWorker_FailsAndTheSweepGoesOn()
    {
        string url = Server.NewDatabase();
        Task<SweepResult> sweep = Task.Run(() => Sweep(url, 4, "0"));
        int started = 0;
        // Three workers die of the poison; the rest of four trials needs one or two more.
        for (; !sweep.IsCompleted && started < 10; started++)
        {
            using ChildProcess worker = ChildProcess.Poisoned(url);
            Wait.Until(() => worker.HasExited || sweep.IsCompleted);
        }
        Assert.IsTrue(sweep.IsCompleted, $"The sweep goes on after {started} workers");
        SweepResult result = sweep.GetAwaiter().GetResult();
        TestContext.WriteLine($"{started} workers; {string.Join(" / ", result.Trials.Select(t => t.Error))}");
        Assert.HasCount(4, result.Trials);
        StringAssert.StartsWith(result.Trials.First(t => t.Status == SweepTrialStatus.Failed).Error,
            "The worker was lost 3 times while it trained this group; it was tried on ");
        Assert.AreEqual(SweepTrialStatus.Completed, result.Best.Status);
    }

    private static SweepResult Sweep(string url, int trials, string delay)
    {
        using HangfireExecutor executor = TestSweep.Executor(url, delay);
        return GroupingSweep.Run(TestSweep.Table, TestSweep.Options(trials, 8, delay) with { Executor = executor });
    }
}
