using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests;

[TestClass]
public sealed class WorkerRefusalTests
{
    [TestMethod]
    public void Run_OtherLearner_StopsTheWorkerAndLeavesTheTrialToOthers()
    {
        string url = Server.NewDatabase();
        using var wrong = new WorkerThread(url, slots: 1, o => o with { Learners = _ => TestSweep.Learners("5") });
        Task<SweepResult> sweep = Task.Run(() => Sweep(url));
        StringAssert.Contains(Assert.ThrowsExactly<WorkerRefusedException>(() => wrong.Running.GetAwaiter().GetResult())
            .Message, "This worker's learner 'network' is 'slow ");
        using var right = new WorkerThread(url, slots: 1);
        Assert.AreEqual(SweepStopReason.MaxTrials, sweep.GetAwaiter().GetResult().StopReason);
    }

    [TestMethod]
    public void Run_SweepOfAnotherBuild_IsRefused()
    {
        string url = Server.NewDatabase();
        using (var worker = new WorkerThread(url, slots: 1))
            Sweep(url);
        using var database = new Database(ServerAddress.Parse(url), TimeSpan.FromSeconds(1));
        database.UseNow(c => c.Run("update multitask.sweep set build = 'MLNet.MultiTask 9.9.9'; " +
            "update multitask.trial set finished = null, result = null"));
        using var other = new WorkerThread(url, slots: 1);
        StringAssert.Contains(Assert.ThrowsExactly<WorkerRefusedException>(() => other.Running.GetAwaiter().GetResult())
            .Message, "are of MLNet.MultiTask 9.9.9, this worker is MLNet.MultiTask ");
    }

    [TestMethod]
    public void Run_DataDamagedOnTheWay_StopsTheWorkerAndCountsNoTry()
    {
        string url = Server.NewDatabase(), folder = Directory.CreateTempSubdirectory("mt-data-").FullName;
        try
        {
            using var stop = new CancellationTokenSource();
            Task<SweepResult> sweep = Task.Run(() => Sweep(url, stop.Token));
            using var database = new Database(ServerAddress.Parse(url), TimeSpan.FromSeconds(1));
            Wait.Until(() => Ask("select count(*) from multitask.trial") is not (null or 0L));
            database.UseNow(c => c.Run("select lo_put(large, 100, '\\xff00ff') from multitask.data"));
            using (var worker = new WorkerThread(url, slots: 1, o => o with { DataFolder = folder }))
                StringAssert.Contains(Assert.ThrowsExactly<WorkerRefusedException>(() =>
                    worker.Running.GetAwaiter().GetResult()).Message, "is damaged: its SHA-256 is another one");
            Assert.IsEmpty(Directory.GetFiles(folder));
            Assert.AreEqual(0L, Ask("select count(*) from multitask.trial where cardinality(workers) > 0"));
            // What was damaged is kept under its hash: the sweep ends by its caller.
            stop.Cancel();
            Assert.ThrowsExactly<OperationCanceledException>(() => sweep.GetAwaiter().GetResult());

            object? Ask(string text)
            {
                try
                {
                    return database.UseNow(c => c.Ask(text));
                }
                catch (TrialExecutorException)
                {
                    return null;
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SweepResult Sweep(string url, CancellationToken cancellationToken = default)
    {
        using HangfireExecutor executor = TestSweep.Executor(url);
        return GroupingSweep.Run(TestSweep.Table, TestSweep.Options(2, 2) with { Executor = executor },
            cancellationToken);
    }
}
