using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests.Storage;

[TestClass]
public sealed class TrialStoreTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1), Short = TimeSpan.FromMilliseconds(1);

    [TestMethod]
    public void Finish_LeaseOfSomebodyElse_IsRefused()
    {
        using Database database = Open(out TrialStore trials);
        ClaimedTrial first = trials.Claim("s", "a", "one", Short, default)!;
        Thread.Sleep(20);
        ClaimedTrial second = trials.Claim("s", "a", "two", Long, default)!;
        CollectionAssert.AreEqual(new[] { "one", "two" }, second.Workers);
        Assert.IsFalse(trials.Finish("s", "a", first.Lease, Result("a", 1), null, default));
        Assert.IsEmpty(trials.Results("s", ["a"], default));
        Assert.IsTrue(trials.Finish("s", "a", second.Lease, Result("a", 2), [7], default));
        Assert.IsFalse(trials.Finish("s", "a", second.Lease, Result("a", 3), null, default));
        Assert.AreEqual(2, trials.Results("s", ["a", "b"], default).Single().Losses[0]);
        CollectionAssert.AreEqual(new byte[] { 7 }, trials.Model("s", "a", default));
        Assert.IsNull(trials.Claim("s", "a", "three", Long, default));
    }

    [TestMethod]
    public void Claim_HeldLease_IsRefusedUntilItEnds()
    {
        using Database database = Open(out TrialStore trials);
        ClaimedTrial held = trials.Claim("s", "a", "one", TimeSpan.FromMilliseconds(300), default)!;
        Assert.IsNull(trials.Claim("s", "a", "two", Long, default));
        Assert.HasCount(1, trials.Beat([("s", "a", held.Lease), ("s", "b", 5)], TimeSpan.FromMilliseconds(600)));
        Thread.Sleep(350);
        Assert.IsNull(trials.Claim("s", "a", "two", Long, default));
        Thread.Sleep(350);
        Assert.IsNotNull(trials.Claim("s", "a", "two", Long, default));
        Assert.IsEmpty(trials.Beat([("s", "a", held.Lease)], Long));
    }

    [TestMethod]
    public void Add_Twice_KeepsWhatIsThere()
    {
        using Database database = Open(out TrialStore trials);
        ClaimedTrial claimed = trials.Claim("s", "a", "one", Long, default)!;
        trials.Finish("s", "a", claimed.Lease, Result("a", 1), null, default);
        CollectionAssert.AreEquivalent(new[] { "c" }, trials.Add("s", [("a", "{}", "a"), ("c", "{}", "c")], null, default)
            .ToArray());
        Assert.HasCount(1, trials.Results("s", ["a"], default));
    }

    [TestMethod]
    public void Lost_SilentWorkers_AreCalledAgainOnce()
    {
        using Database database = Open(out TrialStore trials);
        trials.Claim("s", "a", "one", Short, default);
        trials.Claim("s", "b", "one", Long, default);
        Thread.Sleep(20);
        Assert.AreEqual("a", trials.Lost("s", ["a", "b"], Long).Single().Key);
        Assert.IsEmpty(trials.Lost("s", ["a", "b"], Long));
        Assert.AreEqual("a", trials.Lost("s", ["a", "b"], Short).Single().Key);
    }

    [TestMethod]
    public void Release_AfterAnError_RemembersIt()
    {
        using Database database = Open(out TrialStore trials);
        ClaimedTrial one = trials.Claim("s", "a", "one", Long, default)!;
        trials.Release("s", "a", one.Lease, "Boom: 1");
        ClaimedTrial two = trials.Claim("s", "a", "two", Long, default)!;
        CollectionAssert.AreEqual(new[] { "Boom: 1" }, two.Errors);
        trials.Release("s", "a", two.Lease, null);
        // A try that was given back does not count.
        CollectionAssert.AreEqual(new[] { "one", "three" }, trials.Claim("s", "a", "three", Long, default)!.Workers);
    }

    private static ResultFile Result(string key, double loss) => new(key, [loss], 1, 0.5, "w", null, []);

    private static Database Open(out TrialStore trials)
    {
        var database = new Database(ServerAddress.Parse(Server.NewDatabase()), TimeSpan.FromSeconds(5));
        database.UseNow<object?>(c =>
        {
            Schema.Ensure(c, database.Address);
            return null;
        });
        new SweepStore(database).Put("s", "q", new SweepRow("b", "d", ""), "me", TimeSpan.FromDays(1));
        trials = new TrialStore(database);
        trials.Add("s", [("a", "{}", "title a"), ("b", "{}", "title b")], null, default);
        return database;
    }
}
