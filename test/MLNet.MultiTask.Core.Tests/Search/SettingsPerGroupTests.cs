using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>Sweeps whose groups may differ in learner and settings.</summary>
[TestClass]
public sealed class SettingsPerGroupTests
{
    private static readonly SweepLearner Two = FakeLearner.Named("fake", new SweepSetting("s", ["a", "b"]));
    private static readonly SweepLearner Three = FakeLearner.Named("fake", new SweepSetting("s", ["a", "b", "c"]));

    private readonly string _file = Path.GetTempFileName();

    [TestCleanup]
    public void Clean() => File.Delete(_file);

    [TestMethod]
    public void Propose_ThreeTasks_TriesEveryChoiceOnce()
    {
        var proposer = new SweepProposer(Space(3, Two));
        var seen = new HashSet<SweepPoint>();
        while (proposer.Propose() is { } point)
        {
            Assert.IsTrue(seen.Add(point), point.ToString());
            proposer.Report(point, [0.1 * point.Groups.Count(g => g.Settings["s"] == "b"), 0.2, 0.3]);
        }
        // One group, two groups in three ways, three groups, with two settings each.
        Assert.HasCount(2 + 3 * 4 + 8, seen);
    }

    [TestMethod]
    [DataRow(1UL)]
    [DataRow(2UL)]
    [DataRow(3UL)]
    [DataRow(4UL)]
    [DataRow(5UL)]
    public void Propose_GroupsThatNeedOtherSettings_FindsTheBestOfAll(ulong seed)
    {
        // Pairs belong together; the first wants a, the second c, and nobody b.
        double Loss(int task, TaskGroup group, LearnerSettings own) =>
            1 - 0.1 * group.Members.Count(m => m != task && m / 2 == task / 2)
            + 0.15 * group.Members.Count(m => m / 2 != task / 2)
            + own.Settings["s"] switch { "a" => task < 2 ? 0 : 0.3, "c" => task < 2 ? 0.3 : 0, _ => 0.2 };
        double Total(SweepPoint point) => point.Grouping.Groups.Sum(g => g.Served.Sum(t => Loss(t, g, point.Of(g))));
        SweepSpace space = Space(4, Three);
        LearnerSettings[] all = [.. space.AllSettings()];
        // Brute force: 15 partitions, each with 3^k choices.
        double best = FirstGroupings.All(4).SelectMany(g => Enumerable.Range(0, (int)Math.Pow(3, g.Count)).Select(n =>
            new SweepPoint(g, [.. Enumerable.Range(0, g.Count).Select(i => all[n / (int)Math.Pow(3, i) % 3])])))
                .Min(Total);
        var proposer = new SweepProposer(space, null, seed);
        List<SweepPoint> tried = [];
        for (int i = 0; i < 40; i++)
        {
            SweepPoint point = proposer.Propose()!;
            var losses = new double[4];
            foreach (TaskGroup group in point.Grouping.Groups)
                foreach (int task in group.Served)
                    losses[task] = Loss(task, group, point.Of(group));
            proposer.Report(point, losses);
            tried.Add(point);
        }
        SweepPoint found = tried.MinBy(Total)!;
        Assert.AreEqual("0,1|2,3 fake s=a | fake s=c", found.ToString());
        Assert.AreEqual(best, Total(found), 1e-12);
    }

    [TestMethod]
    public void Joined_AnyLosses_IsTheBestOfAllChoices()
    {
        var seen = new GroupLosses();
        TaskGrouping grouping = TaskGrouping.Parse("0|1,2|3,4,5");
        LearnerSettings[] all = [.. Space(6, Three).AllSettings()];
        var stream = new RandomStream(8, "losses");
        var byChoice = new Dictionary<(LearnerSettings, int Task), double>();
        foreach (LearnerSettings own in all)
        {
            double[] losses = [.. Enumerable.Range(0, 6).Select(_ => stream.NextNormal())];
            seen.Add(new SweepPoint(grouping, own), [losses, losses]);
            // A trial that was stopped says less, however low it is.
            seen.Add(new SweepPoint(grouping, own), [[.. losses.Select(_ => -9.0)]]);
            for (int t = 0; t < 6; t++)
                byChoice[(own, t)] = losses[t];
        }
        SweepPoint joined = GroupSettings.Joined(new SweepPoint(grouping, all[0]), seen.Of);
        double Total(IReadOnlyList<LearnerSettings> groups) => grouping.Groups.Zip(groups).Sum(g =>
            g.First.Served.Sum(t => byChoice[(g.Second, t)]));
        double best = Enumerable.Range(0, 27).Min(n => Total([all[n % 3], all[n / 3 % 3], all[n / 9]]));
        Assert.AreEqual(best, Total(joined.Groups), 1e-12);
        Assert.IsEmpty(seen.Of(new TaskGroup([1], [2])));
    }

    [TestMethod]
    public void Point_Texts_ComeBack()
    {
        TaskGrouping grouping = TaskGrouping.Parse("0,1|2");
        var mixed = new SweepPoint(grouping, [new("net", [new("hidden", "8,4"), new("a", "x(b=1)")]), new("trees")]);
        Assert.AreEqual("0,1|2 net a=x(b=1) hidden=8,4 | trees", mixed.ToString());
        Assert.AreEqual(mixed, SweepPoint.Parse(grouping, mixed.LearnerText));
        Assert.IsFalse(mixed.IsShared);
        var shared = new SweepPoint(grouping, [new("trees"), new("trees")]);
        Assert.AreEqual(new SweepPoint(grouping, "trees"), shared);
        Assert.AreEqual(shared, SweepPoint.Parse(grouping, shared.LearnerText));
        var trial = new SweepTrial { Number = 1, Point = mixed, Status = SweepTrialStatus.Completed,
            Losses = [[1, 2, 3]] };
        Assert.AreEqual(mixed, SweepHistoryLine.Trial("f", 1, SweepHistoryLine.Of(trial)).Point);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new SweepPoint(grouping, [new("trees")]))
            .Message,
            "1 learners with settings given for the 2 groups of '0,1|2'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new SweepProposer(
            new SweepSpace(["a", "b", "c"], [new SweepLearner(new FakeLearner("")), FakeLearner.Named("other")]))
                .Report(
            new SweepPoint(grouping, [new("fake"), new("other")]), [1, 2, 3])).Message, "set SettingsPerGroup");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Run_LinearAndStepwiseGroups_GetLearnersOfTheirOwn()
    {
        SweepResult result = GroupingSweep.Run(LinearAndSteps.Table(300, 1),
            LinearAndSteps.Options(1) with { MaxTrials = 14, SettingsPerGroup = true });
        foreach (TaskGroup group in result.Best.Point.Grouping.Groups)
            Assert.AreEqual(group.Served[0] < 2
                ? "linear" : "trees", result.Best.Point.Of(group).Learner, result.Best.Point.ToString());
        CollectionAssert.AreEqual(result.Best.Point.Groups.Select(g =>
            g.Learner == "linear" ? "linear" : "boosted-trees").ToArray(),
            result.Model.Models.Select(m => m.Kind).ToArray());
    }

    [TestMethod]
    public void Run_GroupsThatNeedOtherLearners_HasThemAnywhereAndAfterAnInterruption()
    {
        // Labels around 1 and around −1: one learner says 1, the other −1.
        TaskTable table = ConstantLearner.Table(150, [1, 1, -1, -1]);
        var options = new SweepOptions
        {
            Learners = [new(new ConstantLearner("up", 1)), new(new ConstantLearner("down", -1))], Folds = 3,
                MaxTrials = 20,
            SettingsPerGroup = true, Threads = 1,
        };
        SweepResult whole = GroupingSweep.Run(table, options);
        Assert.AreEqual("0,1|2,3 up | down", whole.Best.Point.ToString());
        Assert.IsLessThan(0.9 * GroupingSweep.Run(table, options with { SettingsPerGroup = false }).Best.Loss,
            whole.Best.Loss);
        var scores = new float[4];
        whole.Model.Score(table.FeatureRow(0), 1, scores);
        CollectionAssert.AreEqual(new float[] { 1, 1, -1, -1 }, scores);
        Assert.AreEqual(Text(whole), Text(GroupingSweep.Run(table, options with { Threads = 3 })));
        GroupingSweep.Run(table, options with { MaxTrials = 11, HistoryFile = _file });
        Assert.AreEqual(Text(whole), Text(GroupingSweep.Run(table, options with { HistoryFile = _file })));

        // Elsewhere, with several trials at once, as here with as many outstanding.
        SweepOptions several = options with { Outstanding = 3 };
        Assert.AreEqual(Text(GroupingSweep.Run(table, several)),
            Text(GroupingSweep.Run(table, several with { Executor = new ShuffledExecutor(5) })));
    }

    [TestMethod]
    public void Run_OneFixedLearner_IsAsWithout()
    {
        TaskTable table = ConstantLearner.Table(60, [1, 1, -1]);
        var options = new SweepOptions { Learners = [new(new ConstantLearner("up", 1))], Folds = 2, MaxTrials = 9 };
        Assert.AreEqual(Text(GroupingSweep.Run(table, options)),
            Text(GroupingSweep.Run(table, options with { SettingsPerGroup = true })));
    }

    [TestMethod]
    public void Fit_LearnerPerGroup_IsTheGroupsOwn()
    {
        TaskTable table = LinearAndSteps.Table(120, 1);
        TaskGrouping grouping = TaskGrouping.Parse("0,1,(2)|2,3");
        IGroupLearner[] learners = [new LinearLearner(), new BoostedTreesLearner(new() { NumberOfTrees = 5 })];
        var learner = new LearnerPerGroup(grouping, learners);
        var split = new RowSplit([.. Enumerable.Range(0, 90)], [.. Enumerable.Range(90, 30)]);
        MultiTaskModel model = GroupedTrainer.Train(table, split, grouping, learner).Model;
        CollectionAssert.AreEqual(new[] { "linear", "boosted-trees" }, model.Models.Select(m => m.Kind).ToArray());
        for (int g = 0; g < 2; g++)
        {
            IGroupModel alone = learners[g].Fit(table, split, grouping.Groups[g].Members, new LearnerRun()).Models[0]
                .Model;
            float[] own = new float[alone.OutputCount], same = new float[alone.OutputCount];
            alone.Score(table.FeatureRow(7), 1, own, []);
            model.Models[g].Score(table.FeatureRow(7), 1, same, []);
            CollectionAssert.AreEqual(own, same);
        }
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => learner.Fit(table, split, [0, 3], new()))
            .Message,
            "The tasks 0, 3 are in no one group of '0,1,(2)|2,3'");
    }

    internal static string Text(SweepResult result) =>
        $"{result.Best.Point}\n" + string.Join('\n', result.Trials.Select(t =>
        $"{t.Point} {t.Status} {t.Epochs} {t.Reused} " +
        string.Join(' ', t.Losses.Concat(t.Confirmations).SelectMany(l => l).Select(BitConverter.DoubleToInt64Bits))));

    private static SweepSpace Space(int tasks, SweepLearner learner) => new(
        [.. Enumerable.Range(0, tasks).Select(t => $"t{t}")], [learner], null, helpers: false, settingsPerGroup: true);
}
