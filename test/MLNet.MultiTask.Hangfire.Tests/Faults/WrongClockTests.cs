using System.Globalization;
using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests.Faults;

[TestClass]
public sealed class WrongClockTests
{
    private const int Lease = 3;

    private static readonly WrongClock Fast = new(3600, "Pacific/Kiritimati"), Slow = new(-3600, "Pacific/Pago_Pago");

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [TestCategory("Slow")]
    public void Workers_AnHourFastAndAnHourSlow_NeitherLoseNorStealALease()
    {
        ThrowUnlessClocksCanBeWrong();
        string url = Server.NewDatabase();
        // Longer than a lease: who extends it by a clock of its own loses it, and who looks for leases that are over by
        // a clock of its own takes it.
        const string Delay = "4000";
        string[] here = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, TestSweep.Options(2, 4)));
        using ChildProcess fast = ChildProcess.Worker($"{url}?Timezone=Pacific/Kiritimati", 6, Lease, Fast);
        using ChildProcess slow = ChildProcess.Worker($"{url}?Timezone=Pacific/Pago_Pago", 6, Lease, Slow);
        using HangfireExecutor executor = TestSweep.Executor(url, Delay);
        CollectionAssert.AreEqual(here, TestSweep.Lines(GroupingSweep.Run(TestSweep.Table,
            TestSweep.Options(2, 4, Delay) with { Executor = executor })));

        using var database = new Database(ServerAddress.Parse(url), TimeSpan.FromSeconds(30));
        List<(string Workers, long Lease, double Seconds)> trials = database.UseNow(c => c.List(
            r => (string.Join(' ', r.GetFieldValue<string[]>(0)), r.GetInt64(1), r.GetDouble(2)),
            "select workers, lease, extract(epoch from finished - queued)::float8 from multitask.trial"));
        foreach (var (workers, lease, seconds) in trials)
            TestContext.WriteLine($"{workers}: lease {lease}, {seconds:F1} s after it was queued");
        Assert.IsTrue(trials.All(t => t.Lease == 1 && t.Workers is { } w && (w == fast.Name || w == slow.Name)));
        Assert.IsTrue(trials.Exists(t => t.Workers == fast.Name)
            && trials.Exists(t => t.Workers == slow.Name));
        Assert.IsTrue(trials.TrueForAll(t => t.Seconds is > Lease and < 600));
    }

    [TestMethod]
    public void Clock_OfAWorkerWithAWrongOne_IsAnHourOff()
    {
        ThrowUnlessClocksCanBeWrong();
        foreach ((WrongClock clock, int hours) in new[] { (Fast, 1), (Slow, -1) })
        {
            using ChildProcess child = ChildProcess.Clock(clock);
            DateTime said = DateTime.Parse(child.Lines()[0], CultureInfo.InvariantCulture,
                DateTimeStyles.RoundtripKind);
            Assert.AreEqual(hours, (said - DateTime.UtcNow).TotalHours, 0.02);
        }
    }

    private static void ThrowUnlessClocksCanBeWrong()
    {
        if (WrongClock.Missing is { } why)
            Assert.Inconclusive(why);
    }
}
