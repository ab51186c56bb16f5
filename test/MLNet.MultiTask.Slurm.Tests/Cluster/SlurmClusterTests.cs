namespace MLNet.MultiTask.Tests.Cluster;

[TestClass]
[DoNotParallelize]
public sealed class SlurmClusterTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void Sweep_OnACluster_ComesToTheBitsOfOneProcess()
    {
        if (SlurmCluster.Missing is { } why)
            Assert.Inconclusive(why);
        SweepOptions options = TestSweep.Options(2, 2);
        string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, options));
        using var cluster = new SlurmCluster();
        using SlurmExecutor executor = Executor(cluster, "0", []);
        CollectionAssert.AreEqual(expected, TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, options with
        {
            Executor = executor,
        })));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void NodeKilled_InTheMiddle_LeavesTheBitsAlone()
    {
        if (SlurmCluster.Missing is { } why)
            Assert.Inconclusive(why);
        SweepOptions options = TestSweep.Options(4, 4, "1500");
        string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, options));
        using var cluster = new SlurmCluster();
        List<string> log = [];
        using SlurmExecutor executor = Executor(cluster, "1500", log);
        Task<SweepResult> sweep =
            Task.Run(() => GroupingSweep.Run(TestSweep.Table, options with { Executor = executor }));
        Wait.Until(() => cluster.Jobs("n2").Length > 0, 60);
        // Into the job, which trains for a second and a half.
        Thread.Sleep(300);
        cluster.KillNode("n2");
        Wait.Until(() =>
            SlurmCluster.Ask("sinfo", "--noheader", "--format=%T").Contains("down", StringComparison.Ordinal), 60);
        SlurmCluster.StartNode("n2");
        CollectionAssert.AreEqual(expected, TestSweep.Lines(sweep.GetAwaiter().GetResult()));
        string controller = File.ReadAllText(cluster.Folder["slurmctld.log"]);
        TestContext.WriteLine(string.Join('\n',
            controller.Split('\n').Where(l => l.Contains("due to failure of node", StringComparison.Ordinal))
            .Concat(log)));
        StringAssert.Contains(controller, "due to failure of node n2");
    }

    private static SlurmExecutor Executor(SlurmCluster cluster, string learners, List<string> log) =>
        new(new SlurmExecutorOptions
        {
            Folder = cluster.Folder["shared"], Command = Folder.Program, Partition = "sweep", Learners = learners,
            CheckInterval = TimeSpan.FromSeconds(1), Log = log.Add,
        });
}
