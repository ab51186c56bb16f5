using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests.Storage;

[TestClass]
public sealed class TrialStoreTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [TestMethod]
    public void Finish_LeaseOfSomebodyElse_IsRefused()
    {
        using Database database = Open(out TrialStore trials);
        ClaimedTrial first = trials.Claim("s", "a", "one", Long, default)!;
        Pass(database, 2 * Long);
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
        ClaimedTrial held = trials.Claim("s", "a", "one", Long, default)!;
        Assert.IsNull(trials.Claim("s", "a", "two", Long, default));
        Assert.HasCount(1, trials.Beat([("s", "a", held.Lease), ("s", "b", 5)], 2 * Long));
        Pass(database, 1.5 * Long);
        Assert.IsNull(trials.Claim("s", "a", "two", Long, default));
        Pass(database, Long);
        Assert.IsNotNull(trials.Claim("s", "a", "two", Long, default));
        Assert.IsEmpty(trials.Beat([("s", "a", held.Lease)], Long));
    }

    [TestMethod]
    public void FinishAndClaim_ManyOpen_TakesOneAndThoseThatWereTriedFirst()
    {
        using Database database = Open(out TrialStore trials);
        trials.Add(
            "s", [.. Enumerable.Range(0, 50).Select(i => new TrialRequest($"k{i}", "{}", $"title {i}"))], default);
        ClaimedTrial mine = trials.Claim("s", "a", "one", Long, default)!;
        trials.Release("s", "k30", trials.Claim("s", "k30", "two", Long, default)!.Lease, "Boom");
        (bool taken, ClaimedTrial? next) =
            trials.FinishAndClaim("s", "a", mine.Lease, Result("a", 1), null, "one", Long, default);
        Assert.IsTrue(taken);
        Assert.AreEqual("k30: title 30, two one, Boom",
            $"{next!.Key}: {next.Title}, {string.Join(' ', next.Workers)}, " +
            $"{string.Join(' ', next.Errors)}");
        Assert.AreEqual(
            1L, database.UseNow(c => c.Ask("select count(*) from multitask.trial where lease_until > now()")));
        // The lease of the finished one is over; a next one is handed out all the same.
        (taken, next) = trials.FinishAndClaim("s", "a", mine.Lease, Result("a", 2), null, "one", Long, default);
        Assert.IsFalse(taken);
        Assert.AreEqual(
            2L, database.UseNow(c => c.Ask("select count(*) from multitask.trial where lease_until > now()")));
        Assert.AreEqual(1, trials.Results("s", ["a"], default).Single().Losses[0]);
    }

    [TestMethod]
    public void ClaimNext_ManyWorkers_HandsEachTrialToOne()
    {
        using Database database = Open(out TrialStore trials);
        trials.Add(
            "s", [.. Enumerable.Range(0, 38).Select(i => new TrialRequest($"k{i}", "{}", $"title {i}"))], default);
        string?[] keys = new string?[44];
        Parallel.For(0, keys.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => keys[i] = trials.ClaimNext("s", $"w{i}", Long, default)?.Key);
        string[] claimed = [.. keys.Where(k => k is not null).Select(k => k!)];
        Assert.HasCount(claimed.Length, claimed.Distinct());
        // One may find the only row that is left locked by another and go without.
        while (trials.ClaimNext("s", "last", Long, default) is { } late)
            claimed = [.. claimed, late.Key];
        Assert.HasCount(40, claimed.Distinct());
    }

    [TestMethod]
    public void KeepModels_ExceptSome_LeavesResultsAndThose()
    {
        using Database database = Open(out TrialStore trials);
        foreach (string key in new[] { "a", "b" })
            trials.Finish("s", key, trials.Claim("s", key, "w", Long, default)!.Lease, Result(key, 1), [7], default);
        trials.KeepModels("s", ["b"]);
        Assert.IsNull(trials.Model("s", "a", default));
        CollectionAssert.AreEqual(new byte[] { 7 }, trials.Model("s", "b", default));
        Assert.HasCount(2, trials.Results("s", ["a", "b"], default));
    }

    [TestMethod]
    public void Add_Twice_KeepsWhatIsThere()
    {
        using Database database = Open(out TrialStore trials);
        ClaimedTrial claimed = trials.Claim("s", "a", "one", Long, default)!;
        trials.Finish("s", "a", claimed.Lease, Result("a", 1), null, default);
        CollectionAssert.AreEquivalent(new[] { "c" },
            trials.Add("s", [new("a", "{}", "a"), new("c", "{}", "c")], default)
            .ToArray());
        Assert.HasCount(1, trials.Results("s", ["a"], default));
    }

    [TestMethod]
    public void Lost_SilentWorkers_AreCalledAgainOnce()
    {
        using Database database = Open(out TrialStore trials);
        trials.Claim("s", "a", "one", Long, default);
        trials.Claim("s", "b", "one", 9 * Long, default);
        Pass(database, 2 * Long);
        Assert.AreEqual("a", trials.Lost("s", ["a", "b"], Long).Single().Key);
        Assert.IsEmpty(trials.Lost("s", ["a", "b"], Long));
        Pass(database, 2 * Long);
        Assert.AreEqual("a", trials.Lost("s", ["a", "b"], Long).Single().Key);
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

    [TestMethod]
    [DataRow("Pacific/Kiritimati", "Pacific/Pago_Pago")]
    [DataRow("Pacific/Pago_Pago", "Pacific/Kiritimati")]
    public void Leases_SessionsOfZonesADayApart_EndAtTheSameMoment(string own, string other)
    {
        string url = Server.NewDatabase();
        using Database database = Open(out TrialStore mine, $"{url}?Timezone={own}");
        using var second = new Database(ServerAddress.Parse($"{url}?Timezone={other}"), TimeSpan.FromSeconds(5));
        var theirs = new TrialStore(second);
        Assert.AreEqual(other, second.UseNow(c => c.Ask("show timezone")));
        ClaimedTrial held = mine.Claim("s", "a", "one", Long, default)!;
        Assert.IsNull(theirs.Claim("s", "a", "two", Long, default));
        Assert.AreEqual("b", theirs.ClaimNext("s", "two", 9 * Long, default)!.Key);
        Assert.IsEmpty(theirs.Lost("s", ["a", "b"], Long));
        Assert.IsTrue(theirs.IsWorkedOn("s"));
        Pass(second, 0.9 * Long);
        Assert.IsNull(theirs.Claim("s", "a", "two", Long, default));
        Assert.HasCount(1, mine.Beat([("s", "a", held.Lease)], Long));
        Pass(second, 0.9 * Long);
        Assert.IsEmpty(theirs.Lost("s", ["a", "b"], Long));
        Pass(second, 0.2 * Long);
        ClaimedTrial taken = theirs.Claim("s", "a", "two", Long, default)!;
        Assert.IsLessThan(Long.TotalSeconds * 3, taken.Queued);
        Assert.IsEmpty(mine.Beat([("s", "a", held.Lease)], Long));
        Assert.IsFalse(mine.Finish("s", "a", held.Lease, Result("a", 1), null, default));
        Assert.IsTrue(theirs.Finish("s", "a", taken.Lease, Result("a", 2), null, default));
    }

    /// <summary>As if time had passed: ends of leases are the database's.</summary>
    private static void Pass(Database database, TimeSpan time) => database.UseNow(c => c.Run(
        "update multitask.trial set lease_until = lease_until - $1, queued = queued - $1", time));

    private static ResultFile Result(string key, double loss) => new(key, [loss], 1, 0.5, "w", null, []);

    private static Database Open(out TrialStore trials, string? url = null)
    {
        var database = new Database(ServerAddress.Parse(url ?? Server.NewDatabase()), TimeSpan.FromSeconds(5));
        database.UseNow<object?>(c =>
        {
            Schema.Ensure(c, database.Address);
            return null;
        });
        new SweepStore(database).Put("s", "q", new SweepRow("b", "d", ""), "me", TimeSpan.FromDays(1));
        trials = new TrialStore(database);
        trials.Add("s", [new("a", "{}", "title a"), new("b", "{}", "title b")], default);
        return database;
    }
}
