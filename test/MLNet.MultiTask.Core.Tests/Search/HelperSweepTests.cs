using MLNet.MultiTask.Search;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>Sweeps in which tasks may help groups that do not serve them.</summary>
[TestClass]
public sealed class HelperSweepTests
{
    private static readonly TrainingOptions Small = new() { Hidden = [4], MaxEpochs = 3, LearningRate = 0.01f };
    private static readonly TaskTable Table = Problems.Mixed(100, 4, 0.1, 2, new TaskInfo("a", TaskKind.Binary),
        new TaskInfo("b", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary));

    private readonly string _file = Path.GetTempFileName();

    [TestCleanup]
    public void Clean() => File.Delete(_file);

    [TestMethod]
    [DataRow(1UL)]
    [DataRow(2UL)]
    [DataRow(3UL)]
    public void Climb_GainsThatAdd_ReachesTheBestOfAllCovers(ulong seed)
    {
        double[] gains = Gains(seed, 5);
        double Gain(int task, IReadOnlyList<int> members) => members.Sum(m => gains[task * 5 + m]);
        var climb = new HelperClimb(Gain, _ => true);
        TaskGrouping start = TaskGrouping.Parse("0,1|2|3,4");
        double best = start.Groups.Sum(g => Enumerable.Range(0, 32).Max(set =>
        {
            int[] helpers = [.. Enumerable.Range(0, 5).Where(t => (set >> t & 1) == 1 && !g.Served.Contains(t))];
            return g.Served.Sum(t => Gain(t, [.. g.Served, .. helpers]));
        }));
        TaskGrouping found = climb.Run(start);
        Assert.AreEqual(best, climb.Worth(found), 1e-12);
        CollectionAssert.AreEqual(start.ToAssignment(), found.ToAssignment());
        Assert.IsFalse(
            new HelperClimb(Gain, g => g.Groups[1].Members.Count < 3).Run(start).Groups[1].Helpers.Count > 1);
    }

    [TestMethod]
    public void Propose_ThreeTasks_TriesEveryCoverOnce()
    {
        var proposer = new SweepProposer(Space(3, helpers: true));
        var seen = new HashSet<SweepPoint>();
        while (proposer.Propose() is { } point)
        {
            Assert.IsTrue(seen.Add(point), point.ToString());
            Assert.AreEqual(point.Grouping.Count,
                point.Grouping.Groups.Select(g => string.Join(',', g.Members)).Distinct()
                .Count(), $"{point} has a model twice");
            proposer.Report(point, [0.1 * point.Grouping.Count, 0.2, 0.3]);
        }
        // Every partition; every task in the group that serves it, and in any others beside; no group twice.
        int expected = 0;
        foreach (int[][] partition in (int[][][])[[[0], [1], [2]], [[0, 1], [2]], [[0, 2], [1]], [[1, 2], [0]],
            [[0, 1, 2]]])
            for (int sets = 0; sets < 1 << (3 * partition.Length); sets++)
            {
                int[] members = [.. partition.Select((served, g) => (sets >> 3 * g & 7) | served.Sum(t => 1 << t))];
                bool isOnce = partition.Select((served, g) => (sets >> 3 * g & 7 & served.Sum(t => 1 << t)) == 0)
                    .All(x => x);
                expected += isOnce && members.Distinct().Count() == members.Length ? 1 : 0;
            }
        Assert.HasCount(expected, seen);
    }

    [TestMethod]
    public void Propose_ATaskThatGivesAndTakesNothing_HelpsBothGroups()
    {
        // Task 4 teaches all, and is harmed by company; 0,1 and 2,3 belong together.
        double Loss(int task, IReadOnlyList<int> members) => 1 - members.Where(m => m != task)
            .Sum(m => task == 4 ? -0.1 : m == 4 ? 0.15 : m / 2 == task / 2 ? 0.1 : -0.2);
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var proposer = new SweepProposer(Space(5, helpers: true), null, seed);
            (TaskGrouping? best, double lowest) = (null, double.PositiveInfinity);
            for (int i = 0; i < 40; i++)
            {
                TaskGrouping grouping = proposer.Propose()!.Grouping;
                var losses = new double[5];
                foreach (TaskGroup group in grouping.Groups)
                    foreach (int task in group.Served)
                        losses[task] = Loss(task, group.Members);
                proposer.Report(new SweepPoint(grouping, "fake"), losses);
                if (losses.Sum() < lowest)
                    (best, lowest) = (grouping, losses.Sum());
            }
            Assert.AreEqual("0,1,(4)|2,3,(4)|4", best!.ToString(), $"seed {seed}");
        }
    }

    [TestMethod]
    public void Run_Covers_TrainEveryGroupOnceAndGoOnToTheSameBits()
    {
        SweepOptions options = GroupingSweepTests.Options(new CountedLearner(Small)) with
        {
            Helpers = true, MaxTrials = 24, StopLosers = false, Threads = 1, Confirm = false,
        };
        var learner = new CountedLearner(Small);
        SweepResult whole = GroupingSweep.Run(Table, options with { Learners = [new(learner)] });
        TaskGroup[] groups = [.. whole.Trials.SelectMany(t => t.Point.Grouping.Groups)];
        Assert.IsTrue(groups.Any(g => g.Helpers.Count > 0));
        Assert.AreEqual(2 * groups.Select(g => string.Join(',', g.Members)).Distinct().Count()
            + whole.Best.Point.Grouping.Count, learner.Fits);
        SweepResult threads = GroupingSweep.Run(Table, options with { Threads = 3 });
        Assert.AreEqual(Text(whole), Text(threads));

        // Interrupted after ten trials: helpers' losses are in the file, so that nothing is trained again.
        GroupingSweep.Run(Table, options with { MaxTrials = 10, HistoryFile = _file });
        var rest = new CountedLearner(Small);
        SweepResult resumed = GroupingSweep.Run(Table, options with { HistoryFile = _file, Learners = [new(rest)] });
        Assert.AreEqual(Text(whole), Text(resumed));
        Assert.AreEqual(whole.Trials.Skip(10).Sum(t => 2 * t.Point.Grouping.Count - t.Reused)
            + whole.Best.Point.Grouping.Count, rest.Fits);
    }

    [TestMethod]
    public void Try_TwoGroupsOfTheSameMembers_TrainsOneModel()
    {
        var learner = new CountedLearner(Small);
        using var run = new SweepRun(Table,
            GroupingSweepTests.Options(learner) with { Helpers = true, StopLosers = false },
            CancellationToken.None);
        run.Begin();
        SweepTrial trial = run.Try(new SweepPoint(TaskGrouping.Parse("0,(1)|(0),1|2"), "network"),
            CancellationToken.None)!;
        Assert.AreEqual(SweepTrialStatus.Completed, trial.Status);
        Assert.AreEqual(2 * 2, learner.Fits);
        SweepTrial together = run.Try(new SweepPoint(TaskGrouping.Parse("0,1|2"), "network"), CancellationToken.None)!;
        CollectionAssert.AreEqual(together.Losses[0], trial.Losses[0]);
        Assert.AreEqual(2 * 2, learner.Fits);
    }

    private static string Text(SweepResult result) => string.Join('\n', result.Trials.Select(t =>
        $"{t.Point} {t.Epochs} {t.Reused} " +
            string.Join(' ', t.Losses.SelectMany(l => l).Select(BitConverter.DoubleToInt64Bits))));

    private static SweepSpace Space(int tasks, bool helpers) =>
        new([.. Enumerable.Range(0, tasks).Select(t => $"t{t}")],
        [FakeLearner.Named("fake")], null, helpers);

    private static double[] Gains(ulong seed, int tasks)
    {
        var stream = new RandomStream(seed, "gains");
        return [.. Enumerable.Range(0, tasks * tasks).Select(_ => stream.NextNormal())];
    }
}
