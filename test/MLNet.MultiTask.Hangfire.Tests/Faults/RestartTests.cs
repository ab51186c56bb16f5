namespace MLNet.MultiTask.Tests.Faults;

[TestClass]
public sealed class RestartTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void DatabaseCrash_InTheMiddle_LeavesTheBitsAlone()
    {
        if (PostgresServer.Missing is { } why)
            Assert.Inconclusive(why);
        string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, TestSweep.Options(10, 4, "300")));
        using PostgresServer server = PostgresServer.Start();
        string url = server.NewDatabase();
        using var worker = new WorkerThread(url, slots: 2);
        using HangfireExecutor executor = TestSweep.Executor(url, "300");
        int restarts = 0;
        SweepResult result = GroupingSweep.Run(TestSweep.Table, TestSweep.Options(10, 4, "300") with
        {
            Executor = executor, Progress = new Listener(() =>
            {
                if (restarts == 2)
                    return;
                restarts++;
                server.Crash();
                // The outage.
                Thread.Sleep(1500);
                server.Begin();
            }),
        });
        Assert.AreEqual(2, restarts);
        CollectionAssert.AreEqual(expected, TestSweep.Lines(result));
    }

    private sealed class Listener(Action told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told();
    }
}
