namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class SweepProposerTests
{
    [TestMethod]
    [DataRow(0.0, 50, 8)]
    [DataRow(0.5, 20, 9)]
    [DataRow(0.9, 20, 10)]
    public void Propose_PlantedGroups_AreFound(double quality, int trials, int atLeast)
    {
        int found = 0;
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var world = new PlantedOracle([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], 0.01, seed);
            found += TrialsToTruth(world, world.Affinity(quality), seed, trials) <= trials ? 1 : 0;
        }
        Assert.IsGreaterThanOrEqualTo(atLeast, found);
    }

    [TestMethod]
    public void Propose_AnySpace_NeverRepeatsAPoint()
    {
        var world = new PlantedOracle([0, 0, 1, 1], 0.01, 3);
        var proposer = new SweepProposer(Space(world.Names, new SweepSetting("hidden", ["64", "8"])));
        var points = new HashSet<SweepPoint>();
        while (proposer.Propose() is { } point)
        {
            Assert.IsTrue(points.Add(point), point.ToString());
            proposer.Report(point, world.Losses(point.Grouping));
        }
        // 15 partitions of four tasks, each with two settings.
        Assert.HasCount(30, points);
    }

    [TestMethod]
    public void Propose_First_AreTheCornersThenTheAffinity()
    {
        var world = new PlantedOracle([0, 0, 0, 1, 1, 1], 0.01, 3);
        var proposer = new SweepProposer(Space(world.Names), world.Affinity(1));
        Assert.AreEqual("0|1|2|3|4|5 fake", proposer.Propose()!.ToString());
        Assert.AreEqual("0,1,2,3,4,5 fake", proposer.Propose()!.ToString());
        Assert.AreEqual("0,1,2|3,4,5 fake", proposer.Propose()!.ToString());
    }

    [TestMethod]
    public void Propose_SameReports_SameProposals()
    {
        var world = new PlantedOracle([0, 0, 0, 0, 1, 1, 1, 1], 0.02, 4);
        CollectionAssert.AreEqual(Run(), Run());

        string[] Run()
        {
            var proposer = new SweepProposer(Space(world.Names), world.Affinity(0.3), 5);
            return [.. Enumerable.Range(0, 30).Select(_ =>
            {
                SweepPoint point = proposer.Propose()!;
                proposer.Report(point, world.Losses(point.Grouping));
                return point.ToString();
            })];
        }
    }

    [TestMethod]
    public void Propose_BetterSetting_IsTaken()
    {
        var world = new PlantedOracle([0, 0, 0, 1, 1, 1], 0.005, 6);
        var proposer = new SweepProposer(Space(world.Names, new SweepSetting("hidden", ["64", "8", "256"])),
            world.Affinity(0.5));
        var tried = new List<(SweepPoint Point, double Loss)>();
        for (int i = 0; i < 25; i++)
        {
            SweepPoint point = proposer.Propose()!;
            double[] losses = [.. world.Losses(point.Grouping)
                .Select(l => l - (point.Settings["hidden"] == "256" ? 0.1 : 0))];
            proposer.Report(point, losses);
            tried.Add((point, losses.Average()));
        }
        Assert.AreEqual($"{world.Truth} fake hidden=256", tried.MinBy(t => t.Loss).Point.ToString());
    }

    [TestMethod]
    public void Propose_Constraints_AreKept()
    {
        var world = new PlantedOracle([0, 0, 0, 1, 1, 1, 2, 2, 2], 0.01, 7);
        GroupingConstraints constraints = new()
        {
            MustLink = [("t0", "t8")], CannotLink = [("t0", "t1")], MaxGroups = 4, MaxGroupSize = 5,
        };
        var proposer = new SweepProposer(new SweepSpace(world.Names, [FakeLearner.Named("fake")], constraints),
            world.Affinity(0.8));
        for (int i = 0; i < 40; i++)
        {
            SweepPoint point = proposer.Propose()!;
            int[] of = point.Grouping.ToAssignment();
            Assert.AreEqual(of[0], of[8], point.ToString());
            Assert.AreNotEqual(of[0], of[1], point.ToString());
            Assert.IsLessThanOrEqualTo(4, point.Grouping.Count);
            Assert.IsTrue(point.Grouping.Groups.All(g => g.Members.Count <= 5), point.ToString());
            proposer.Report(point, world.Losses(point.Grouping));
        }
    }

    [TestMethod]
    public void Constructor_ImpossibleConstraints_NamesAll()
    {
        GroupingConstraints constraints = new()
        {
            MustLink = [("a", "b"), ("b", "c")], CannotLink = [("c", "a")], MaxGroupSize = 2, MaxGroups = 0,
        };
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new SweepSpace(["a", "b", "c"], [FakeLearner.Named("fake")], constraints));
        StringAssert.Contains(e.Message, "MaxGroups is 0, at least 1 is expected");
        StringAssert.Contains(e.Message, "'c' and 'a' must and must not share a group");
        StringAssert.Contains(e.Message, "3 tasks must share a group, MaxGroupSize is 2");
    }

    [TestMethod]
    public void Propose_SeveralOutstanding_NeverRepeatsAndFindsTheGroups()
    {
        var world = new PlantedOracle([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], 0.01, 4);
        var proposer = new SweepProposer(Space(world.Names), world.Affinity(0.5), 4);
        var points = new HashSet<SweepPoint>();
        for (int round = 0; round < 6; round++)
        {
            SweepPoint[] batch = [.. Enumerable.Range(0, 4).Select(_ => proposer.Propose()!)];
            Assert.AreEqual(4, proposer.Outstanding);
            foreach (SweepPoint point in batch)
            {
                Assert.IsTrue(points.Add(point), point.ToString());
                proposer.Report(point, world.Losses(point.Grouping));
            }
        }
        Assert.AreEqual(0, proposer.Outstanding);
        Assert.IsTrue(points.Any(p => p.Grouping.Equals(world.Truth)), "the planted groups were not proposed");
    }

    [TestMethod]
    [DataRow(1UL)]
    [DataRow(2UL)]
    [DataRow(3UL)]
    public void Report_ResultsInAnyOrder_SameProposals(ulong order)
    {
        var world = new PlantedOracle([0, 0, 0, 0, 1, 1, 1, 1], 0.02, 4);
        CollectionAssert.AreEqual(Run(null), Run(order));

        string[] Run(ulong? shuffle)
        {
            var proposer = new SweepProposer(Space(world.Names), world.Affinity(0.3), 5);
            var outstanding = new List<SweepPoint>();
            var proposed = new List<string>();
            for (int round = 0; round < 8; round++)
            {
                while (outstanding.Count < 5)
                {
                    outstanding.Add(proposer.Propose()!);
                    proposed.Add(outstanding[^1].ToString());
                }
                // The oldest one stays outstanding; one of the others fails.
                SweepPoint[] done = [.. outstanding.Skip(1)];
                int[] at = shuffle is { } s ? new RandomStream(s, "order", round).Permutation(done.Length)
                    : [.. Enumerable.Range(0, done.Length)];
                foreach (int i in at)
                    if (i == 2)
                        proposer.ReportFailure(done[i]);
                    else
                        proposer.Report(done[i], [world.Losses(done[i].Grouping), world.Losses(done[i].Grouping)]);
                outstanding = [outstanding[0]];
            }
            return [.. proposed];
        }
    }

    [TestMethod]
    public void Propose_AnOutstandingProposal_IsTakenAsUsual()
    {
        // After the same three results, the next proposal is not the outstanding one's twin but what a report of usual
        // losses would lead to.
        var world = new PlantedOracle([0, 0, 0, 0, 1, 1, 1, 1], 0.02, 4);
        Assert.AreEqual(Fifth(outstanding: false), Fifth(outstanding: true));

        string Fifth(bool outstanding)
        {
            var proposer = new SweepProposer(Space(world.Names), null, 5);
            var losses = new List<double[]>();
            for (int i = 0; i < 3; i++)
            {
                SweepPoint point = proposer.Propose()!;
                losses.Add(world.Losses(point.Grouping));
                proposer.Report(point, losses[^1]);
            }
            SweepPoint open = proposer.Propose()!;
            if (!outstanding)
                proposer.Report(open, [.. Enumerable.Range(0, 8).Select(t => losses.Average(l => l[t]))]);
            return proposer.Propose()!.ToString();
        }
    }

    [TestMethod]
    public void Propose_AThousandTrials_TakesMilliseconds()
    {
        var world = new PlantedOracle([.. Enumerable.Range(0, 14).Select(t => t / 4)], 0.02, 8);
        var proposer = new SweepProposer(Space(world.Names), world.Affinity(0.5));
        for (int i = 0; i < 300; i++)
        {
            SweepPoint point = proposer.Propose()!;
            proposer.Report(point, world.Losses(point.Grouping));
        }
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int i = 0; i < 20; i++)
            proposer.Report(proposer.Propose()!, world.Losses(world.Truth));
        // Target 5 ms; the bound leaves room for a busy machine.
        Assert.IsLessThan(20 * 25.0, System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    [TestMethod]
    public void Report_WrongNumberOfLosses_SaysBoth()
    {
        var proposer = new SweepProposer(Space(["a", "b"]));
        var e = Assert.ThrowsExactly<ArgumentException>(() => proposer.Report(proposer.Propose()!, [1.0]));
        StringAssert.Contains(e.Message, "2 losses per run expected, one per task; got 1");
    }

    private static int TrialsToTruth(PlantedOracle world, TaskAffinity affinity, ulong seed, int most)
    {
        var proposer = new SweepProposer(Space(world.Names), affinity, seed);
        for (int trial = 1; trial <= most; trial++)
        {
            SweepPoint point = proposer.Propose()!;
            if (point.Grouping.Equals(world.Truth))
                return trial;
            proposer.Report(point, world.Losses(point.Grouping));
        }
        return most + 1;
    }

    private static SweepSpace Space(string[] names, params SweepSetting[] settings) =>
        new(names, [FakeLearner.Named("fake", settings)]);
}
