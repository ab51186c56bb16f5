using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class SweepLimitsTests
{
    private static readonly TrainingOptions Small = new() { Hidden = [4], MaxEpochs = 4, LearningRate = 0.01f };
    private static readonly TaskTable Table =
        Training.Problems.Mixed(120, 4, 0.1, 2, new TaskInfo("a", TaskKind.Binary),
        new TaskInfo("b", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary),
        new TaskInfo("d", TaskKind.Regression));

    [TestMethod]
    public void Run_MaxModelBytes_ChoosesAmongThoseThatFit()
    {
        SweepOptions options = GroupingSweepTests.Options(new CountedLearner(Small)) with { MaxTrials = 12 };
        SweepResult free = GroupingSweep.Run(Table, options);
        long[] sizes = [.. free.Trials.Select(t => t.Bytes!.Value).Distinct().Order()];
        Assert.IsGreaterThan(2, sizes.Length);
        // Room for two groups.
        SweepResult result = GroupingSweep.Run(Table, options with { MaxModelBytes = sizes[1] });
        Assert.IsLessThanOrEqualTo(sizes[1], result.Best.Bytes!.Value);
        Assert.IsTrue(result.Trials.Any(t => t.IsOverLimit) && result.Pareto.All(t => !t.IsOverLimit));
        Assert.IsTrue(result.Trials.Where(t => t.Number > 3).All(t => t.Point.Grouping.Count <= 3),
            "groupings were tried that can never fit");
        Assert.IsTrue(result.Trials.All(t => t.IsOverLimit == (t.Bytes > sizes[1])));
    }

    [TestMethod]
    public void Run_NothingFits_SaysTheSmallest()
    {
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => GroupingSweep.Run(Table,
            GroupingSweepTests.Options(new CountedLearner(Small)) with { MaxTrials = 3, MaxModelBytes = 10 }));
        StringAssert.Contains(e.Message,
            "No trial of the sweep keeps to its limits: of 2, 2 cost too much; the smallest, trial 2");
        StringAssert.Contains(e.Message, "where MaxModelBytes is 10 and MaxMicrosecondsPerRow not set");
    }

    [TestMethod]
    public void Run_MaxMicroseconds_LeavesOutWhatIsSlower()
    {
        SweepOptions options = GroupingSweepTests.Options(new CountedLearner(Small)) with { MaxTrials = 4 };
        SweepResult free = GroupingSweep.Run(Table, options);
        Assert.IsTrue(free.Trials.All(t => t.MicrosecondsPerRow > 0));
        Assert.ThrowsExactly<InvalidOperationException>(() =>
            GroupingSweep.Run(Table, options with { MaxMicrosecondsPerRow = 1e-6 }));
        Assert.IsFalse(GroupingSweep.Run(Table, options with { MaxMicrosecondsPerRow = 1e9 }).Best.IsOverLimit);
    }

    [TestMethod]
    public void Run_SizeNotKnown_IsSaid()
    {
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => GroupingSweep.Run(Table, new SweepOptions
        {
            Learners = [new SweepLearner("hidden", _ => new Opaque(new CountedLearner(Small)))], MaxTrials = 2,
                Folds = 2,
            MaxModelBytes = 1_000_000,
        }));
        StringAssert.Contains(e.Message, "The size of models of 'hidden' is not known");
    }

    [TestMethod]
    public void Run_LimitsOutOfRange_AreNamed()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => GroupingSweep.Run(Table,
            GroupingSweepTests.Options(new CountedLearner(Small))
            with { MaxModelBytes = 0, MaxMicrosecondsPerRow = 0 }));
        StringAssert.Contains(e.Message, "MaxModelBytes is 0, at least 1, or null is expected");
        StringAssert.Contains(e.Message, "MaxMicrosecondsPerRow is 0, positive, or null is expected");
    }

    [TestMethod]
    public void LearnedBytes_Models_AreAboutThoseOfTheirFiles()
    {
        IGroupModel network = Fit(new MLNet.MultiTask.Training.SharedBottomLearner(Small with { Hidden = [300, 300] }));
        IGroupModel linear = Fit(new LinearLearner());
        IGroupModel forest = Fit(new BoostedTreesLearner(new() { NumberOfTrees = 30 }));
        foreach (IGroupModel model in new[] { network, linear, forest })
        {
            var whole = new MultiTaskModel(model.Tasks, TaskGrouping.All(4), [model]);
            using var stream = new MemoryStream();
            ModelFile.Save(new SavedModel(whole), stream);
            Assert.IsNotNull(model.LearnedBytes);
            Assert.IsLessThanOrEqualTo(stream.Length, model.LearnedBytes.Value, model.Kind);
        }
        Assert.AreEqual(4.0 * (5 * 300 + 301 * 300 + 301 * 4), network.LearnedBytes!.Value, 100);
    }

    private static IGroupModel Fit(IGroupLearner learner) => learner.Fit(Table, new RowSplitter().Split(Table, 0.2),
        [0, 1, 2, 3], new LearnerRun()).Models[0].Model;

    /// <summary>A learner whose models do not say their size.</summary>
    private sealed class Opaque(IGroupLearner inner) : IGroupLearner
    {
        public string Name => "hidden";

        public string Settings => inner.Settings;

        public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
        {
            GroupFit fit = inner.Fit(table, split, tasks, run);
            return fit with { Models = [.. fit.Models.Select(m => m with { Model = new OpaqueModel(m.Model) })] };
        }
    }

    private sealed class OpaqueModel(IGroupModel inner) : IGroupModel
    {
        public string Kind => inner.Kind;

        public int FeatureCount => inner.FeatureCount;

        public IReadOnlyList<TaskInfo> Tasks => inner.Tasks;

        public int OutputCount => inner.OutputCount;

        public int OutputOffset(int task) => inner.OutputOffset(task);

        public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw,
            int threads = 1) =>
            inner.Score(features, rows, scores, raw, threads);
    }
}
