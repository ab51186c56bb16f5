using System.Diagnostics;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Coordination;
using MLNet.MultiTask.Hangfire.Storage;
using MLNet.MultiTask.Hangfire.Work;

namespace MLNet.MultiTask.Tests;

/// <summary>How quick it is; each prints its figure.</summary>
[TestClass]
public sealed class RateTests
{
    private const int Many = 100_000;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [TestCategory("Slow")]
    public void Results_IntoTheDatabase_AreAtLeast200ASecond()
    {
        using Database database = Open(out TrialStore trials, out _);
        bool quiet = Load.IsQuiet;
        const int Count = 4000;
        string[] keys = [.. Enumerable.Range(0, Count).Select(i => $"k{i}")];
        trials.Add("s", [.. keys.Select(k => new TrialRequest(k, new string('t', 600), k))], default);
        byte[] model = new byte[20_000];
        long started = Stopwatch.GetTimestamp();
        int done = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, slot =>
        {
            TimeSpan lease = TimeSpan.FromMinutes(5);
            ClaimedTrial? trial = trials.ClaimNext("s", $"w{slot}", lease, default);
            while (trial is not null)
            {
                (bool taken, ClaimedTrial? next) = trials.FinishAndClaim("s", trial.Key, trial.Lease, Result(trial.Key),
                    model, $"w{slot}", lease, default);
                Assert.IsTrue(taken);
                Interlocked.Increment(ref done);
                trial = next;
            }
        });
        double rate = Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Assert.AreEqual(Count, done);
        TestContext.WriteLine($"{rate:F0} claims and results a second, 20 kB of model each; {Load.Text}");
        if (rate < 200 && !quiet)
            Assert.Inconclusive(
                $"{rate:F0} a second, but the machine is busy ({Load.Text}): 200 are asked of a quiet one");
        Assert.IsGreaterThan(200, rate);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Calls_ThroughHangfire_AreCounted()
    {
        using Database database = Open(out TrialStore trials, out string url);
        var queue = new TrialQueue(ServerAddress.Parse(url), TimeSpan.FromSeconds(5));
        const int Count = 600;
        string[] keys = [.. Enumerable.Range(0, Count).Select(i => $"k{i}")];
        trials.Add("s", [.. keys.Select(k => new TrialRequest(k, "{}", k))], default);
        long started = Stopwatch.GetTimestamp();
        Parallel.ForEach(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, key => queue.Call("s", key, key));
        TestContext.WriteLine(
            $"{Count / Stopwatch.GetElapsedTime(started).TotalSeconds:F0} jobs a second into Hangfire");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Inbox_100000Results_HoldsNoMoreMemory()
    {
        using Database database = Open(out TrialStore trials, out string url);
        var queue = new TrialQueue(ServerAddress.Parse(url), TimeSpan.FromSeconds(5));
        using var owner = new CoordinatorLock(database, new string('a', 64));
        using var inbox = new TrialInbox("s", trials, queue, owner, new HangfireExecutorOptions { Storage = url });
        long first = 0;
        const int Batch = 1000;
        for (int done = 0; done < Many; done += Batch)
        {
            string[] keys = [.. Enumerable.Range(done, Batch).Select(i => $"k{i}")];
            Task<ResultFile>[] results = [.. keys.Select(inbox.Await)];
            trials.Add("s", [.. keys.Select(k => new TrialRequest(k, "{}", k))], default);
            database.UseNow(
                c => c.Run("update multitask.trial set finished = now(), result = replace($1, 'KEY', key) " +
                "where finished is null", Result("KEY").ToJson()));
            Task.WhenAll(results).GetAwaiter().GetResult();
            if (done == 10 * Batch)
                first = GC.GetTotalMemory(forceFullCollection: true);
        }
        long last = GC.GetTotalMemory(forceFullCollection: true);
        Assert.AreEqual(0, inbox.Count);
        TestContext.WriteLine($"{first / 1024} KiB after 11,000 results, {last / 1024} KiB after {Many}");
        Assert.IsLessThan(first * 1.05 + 200_000, last);
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    public void Workers_TrialsOfASecond_AreBusy(int workers)
    {
        string url = Server.NewDatabase();
        using HangfireExecutor executor = TestSweep.Executor(url, "1000");
        WorkerThread[] threads = [.. Enumerable.Range(0, workers).Select(_ => new WorkerThread(url, 1))];
        try
        {
            using Database database = TestDatabase.Open(url);
            Wait.Until(() => database.AskOrNull("select count(*) from multitask_hangfire.server") is long ready
                && ready == workers);
            bool quiet = Load.IsQuiet;
            // More trials under way than can be trained at a time, so that the end of the sweep is all that is not
            // full.
            GroupingSweep.Run(TestSweep.Table, TestSweep.Options(10 * workers, 3 * workers, "1000") with
            {
                Executor = executor, Refit = false,
            });
            // While all slots could be busy: the first training's begin to the begin of the last ones.
            (long groups, double seconds) = database.UseNow(c => c.List(r => (r.GetInt64(0), r.GetDouble(1)),
                "with t as (select finished, finished - make_interval(secs => (result::jsonb ->> 'seconds')::float8) " +
                "as began " +
                "from multitask.trial where finished is not null), cut as (select began as first, (select began from " +
                "t order by began desc offset $1 limit 1) as last from t order by began limit 1) " +
                "select count(*), extract(epoch from max(last) - max(first))::float8 from t, cut where t.finished <= " +
                "last",
                workers)[0]);
            double over = 100 * (seconds * workers / groups - 1);
            TestContext.WriteLine(
                $"{workers} workers: {groups} trainings of 1 s in {seconds:F2} s: {over:F1} % over; " +
                Load.Text);
            if (!quiet)
                Assert.Inconclusive(
                    $"{over:F1} % over, but the machine is busy ({Load.Text}): at most 5 % are asked of a quiet one");
            Assert.IsLessThanOrEqualTo(5, over);
        }
        finally
        {
            foreach (WorkerThread thread in threads)
                thread.Dispose();
        }
    }

    private static ResultFile Result(string key) => new(key, [0.5, 0.25, 0.125], 30, 1.5, "host-1", null, []);

    private static Database Open(out TrialStore trials, out string url)
    {
        url = Server.NewDatabase();
        var database = new Database(ServerAddress.Parse(url), TimeSpan.FromSeconds(30));
        database.UseNow<object?>(c =>
        {
            Schema.Ensure(c, database.Address);
            return null;
        });
        new SweepStore(database).Put("s", "q", new SweepRow("b", "d", ""), "me", TimeSpan.FromDays(1));
        trials = new TrialStore(database);
        return database;
    }
}
