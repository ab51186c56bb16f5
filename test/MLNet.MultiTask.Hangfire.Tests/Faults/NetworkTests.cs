using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests.Faults;

[TestClass]
public sealed class NetworkTests
{
    /// <summary>
    /// A worker is cut off for longer than its lease while it trains: another one takes its trial over, and what the
    /// first one sends when the network heals does not count.
    /// </summary>
    [TestMethod]
    [TestCategory("Slow")]
    public void WorkerCutOff_ForLongerThanItsLease_LeavesTheBitsAlone()
    {
        string url = Server.NewDatabase();
        using var proxy = new CuttableProxy(new Uri(url).Port);
        string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, TestSweep.Options(6, 4, "700")));
        using HangfireExecutor executor = TestSweep.Executor(url, "700");
        using var far = new WorkerThread(Through(proxy, url), slots: 1);
        using var database = new Database(ServerAddress.Parse(url), TimeSpan.FromSeconds(30));
        Task<SweepResult> sweep = Task.Run(() => GroupingSweep.Run(TestSweep.Table, TestSweep.Options(6, 4, "700") with
        {
            Executor = executor,
        }));
        Wait.Until(() => Count(database, "lease_until is not null") > 0);
        proxy.Cut();
        using var near = new WorkerThread(url, slots: 1);
        // Both workers are of this process and so of one name: the trial that was cut off is claimed twice.
        Wait.Until(() => Count(database, "cardinality(workers) > 1 and finished is not null") > 0);
        proxy.Heal();
        CollectionAssert.AreEqual(expected, TestSweep.Lines(sweep.GetAwaiter().GetResult()));
        Assert.AreEqual(0L, Count(database, "finished is null"));
    }

    /// <summary>
    /// The coordinator is cut off, longer than any lease: trials go on without it, and it finds them done.
    /// </summary>
    [TestMethod]
    [TestCategory("Slow")]
    public void CoordinatorCutOff_ForAWhile_LeavesTheBitsAlone()
    {
        string url = Server.NewDatabase();
        using var proxy = new CuttableProxy(new Uri(url).Port);
        string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, TestSweep.Options(6, 4, "300")));
        using HangfireExecutor executor = TestSweep.Executor(Through(proxy, url), "300");
        using var worker = new WorkerThread(url, slots: 2);
        int cuts = 0;
        SweepResult result = GroupingSweep.Run(TestSweep.Table, TestSweep.Options(6, 4, "300") with
        {
            Executor = executor, Progress = new Teller(() =>
            {
                if (++cuts > 1)
                    return;
                proxy.Cut();
                Task.Delay(4000).ContinueWith(_ => proxy.Heal(), TaskScheduler.Default);
            }),
        });
        CollectionAssert.AreEqual(expected, TestSweep.Lines(result));
        Assert.IsGreaterThan(1, cuts);
    }

    private static string Through(CuttableProxy proxy, string url) => url.Replace(
        FormattableString.Invariant($"127.0.0.1:{new Uri(url).Port}/"),
        FormattableString.Invariant($"127.0.0.1:{proxy.Port}/"), StringComparison.Ordinal);

    private static long Count(Database database, string where)
    {
        try
        {
            return (long)database.UseNow(c => c.Ask($"select count(*) from multitask.trial where {where}"))!;
        }
        catch (TrialExecutorException)
        {
            return 0;
        }
    }

    private sealed class Teller(Action told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told();
    }
}
