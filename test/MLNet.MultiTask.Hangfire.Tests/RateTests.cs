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
        const int Count = 4000;
        string[] keys = [.. Enumerable.Range(0, Count).Select(i => $"k{i}")];
        trials.Add("s", [.. keys.Select(k => (k, new string('t', 600), k))], null, default);
        byte[] model = new byte[20_000];
        long started = Stopwatch.GetTimestamp();
        Parallel.ForEach(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, key =>
        {
            ClaimedTrial claimed = trials.Claim("s", key, "w", TimeSpan.FromMinutes(5), default)!;
            Assert.IsTrue(trials.Finish("s", key, claimed.Lease, Result(key), model, default));
        });
        double rate = Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        TestContext.WriteLine($"{rate:F0} claims and results a second, 20 kB of model each");
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
        trials.Add("s", [.. keys.Select(k => (k, "{}", k))], null, default);
        long started = Stopwatch.GetTimestamp();
        Parallel.ForEach(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, key => queue.Call("s", key, key));
        TestContext.WriteLine($"{Count / Stopwatch.GetElapsedTime(started).TotalSeconds:F0} jobs a second into Hangfire");
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
            trials.Add("s", [.. keys.Select(k => (k, "{}", k))], null, default);
            database.UseNow(c => c.Run("update multitask.trial set finished = now(), result = replace($1, 'KEY', key) " +
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
            Thread.Sleep(3000);
            long started = Stopwatch.GetTimestamp();
            SweepResult result = GroupingSweep.Run(TestSweep.Table, TestSweep.Options(3 * workers, 2 * workers, "1000") with
            {
                Executor = executor, Refit = false,
            });
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            int groups = threads.Sum(t => t.Stop());
            TestContext.WriteLine($"{workers} workers: {groups} trainings of 1 s in {seconds:F2} s: " +
                $"{100 * (seconds * workers / groups - 1):F1} % over");
            Assert.IsLessThan(2, seconds * workers / groups);
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
