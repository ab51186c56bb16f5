using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests;

[TestClass]
public sealed class HangfireExecutorTests
{
    [TestMethod]
    public void Run_OnWorkers_ComesToTheBitsOfOneProcess()
    {
        string url = Server.NewDatabase();
        SweepOptions options = TestSweep.Options(8, 4);
        SweepResult here = GroupingSweep.Run(TestSweep.Table, options);
        using var worker = new WorkerThread(url, slots: 2);
        CollectionAssert.AreEqual(TestSweep.Lines(here), TestSweep.Lines(Run(url, options)));
        // Again: everything is known, and the models of the first fold come from the database.
        string[] firstFold = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, options with { Refit = false }));
        CollectionAssert.AreEqual(firstFold, TestSweep.Lines(Run(url, options with { Refit = false })));
        Assert.AreEqual(here.GroupsTrained, worker.Stop());
    }

    [TestMethod]
    public void Run_ExceptionOnEveryTry_FailsTheTrialAsInOneProcess()
    {
        string url = Server.NewDatabase();
        SweepOptions options = TestSweep.Options(5, 3, "-2");
        SweepResult here = GroupingSweep.Run(TestSweep.Table, options);
        using var worker = new WorkerThread(url, slots: 1);
        SweepResult result = Run(url, options, "-2");
        CollectionAssert.AreEqual(TestSweep.Lines(here), TestSweep.Lines(result));
        Assert.AreEqual("InvalidOperationException: Task 2 is not to be trained alone",
            result.Trials.First(t => t.Status == SweepTrialStatus.Failed).Error);
        using var database = new Database(ServerAddress.Parse(url), TimeSpan.FromSeconds(1));
        Assert.AreEqual(3, database.UseNow(c => c.Ask("select cardinality(workers) from multitask.trial " +
            "where result like '%not to be trained%' limit 1")));
    }

    [TestMethod]
    public void Run_SecondCoordinator_IsRefusedUntilTheFirstEnds()
    {
        string url = Server.NewDatabase();
        SweepOptions options = TestSweep.Options(4, 2);
        using var worker = new WorkerThread(url, slots: 2);
        using (HangfireExecutor first = TestSweep.Executor(url))
        {
            GroupingSweep.Run(TestSweep.Table, options with { Executor = first });
            string message = Assert.ThrowsExactly<TrialExecutorException>(() => Run(url, options)).Message;
            Assert.AreEqual(
                $"The sweep is run by {Environment.MachineName}-{Environment.ProcessId} already; wait until it " +
                "ends, or stop it", message);
        }
        Assert.HasCount(4, Run(url, options).Trials);
    }

    [TestMethod]
    public void Run_SharedFolder_LeavesTheDataOutOfTheDatabase()
    {
        string url = Server.NewDatabase(), folder = Directory.CreateTempSubdirectory("mt-data-").FullName;
        try
        {
            using var worker = new WorkerThread(url, slots: 1, o => o with { DataFolder = folder });
            using var executor = new HangfireExecutor(new HangfireExecutorOptions
            {
                Storage = url, Learners = "0", DataFolder = folder,
            });
            GroupingSweep.Run(TestSweep.Table, TestSweep.Options(2, 2) with { Executor = executor });
            Assert.HasCount(1, Directory.GetFiles(folder));
            using var database = new Database(ServerAddress.Parse(url), TimeSpan.FromSeconds(1));
            Assert.AreEqual(0L, database.UseNow(c => c.Ask("select count(*) from multitask.data")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Run_NothingOfThePassword_IsKept()
    {
        string url = Server.NewDatabase(), history = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");
        try
        {
            List<string> log = [];
            using var worker = new WorkerThread(url, slots: 1, o => o with { Log = Keep });
            using HangfireExecutor executor = TestSweep.Executor(url, log: Keep);
            GroupingSweep.Run(TestSweep.Table,
                TestSweep.Options(3, 2) with { Executor = executor, HistoryFile = history });
            worker.Stop();
            Assert.IsNotEmpty(log);
            Assert.DoesNotContain("s3cret", string.Join('\n', log) + File.ReadAllText(history));

            void Keep(string line)
            {
                lock (log)
                    log.Add(line);
            }
        }
        finally
        {
            File.Delete(history);
        }
    }

    private static SweepResult Run(string url, SweepOptions options, string learners = "0")
    {
        using HangfireExecutor executor = TestSweep.Executor(url, learners);
        return GroupingSweep.Run(TestSweep.Table, options with { Executor = executor });
    }
}
