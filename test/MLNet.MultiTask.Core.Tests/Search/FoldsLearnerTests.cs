using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class FoldsLearnerTests
{
    private static readonly TrainingOptions Options =
        new() { Hidden = [6], MaxEpochs = 8, BatchSize = 16, Threads = 1 };

    [TestMethod]
    public void Fit_AnyLearner_ScoresTheMeanOfItsFolds()
    {
        TaskTable table = Problems.Mixed(90);
        var inner = new SplitWatcher(new SharedBottomLearner(Options));
        GroupFit fit = Fit(new FoldsLearner(inner, 3), table);

        var mean = (EnsembleModel)fit.Models[0].Model;
        Assert.HasCount(3, mean.Members);
        int outputs = 90 * mean.OutputCount;
        float[] expected = new float[outputs], scores = new float[outputs], own = new float[outputs];
        foreach (GroupFit fold in inner.Fits)
        {
            fold.Models[0].Model.Score(table.Features.ToArray(), 90, own, []);
            for (int i = 0; i < own.Length; i++)
                expected[i] += own[i] / 3;
        }
        mean.Score(table.Features.ToArray(), 90, scores, []);
        for (int i = 0; i < own.Length; i++)
            Assert.AreEqual(expected[i], scores[i], 1e-5);
        StringAssert.StartsWith(fit.Notes[0], "The model is the mean of 3 folds; best epochs ",
            StringComparison.Ordinal);
    }

    [TestMethod]
    public void Fit_Folds_EveryRowStopsOneModelAndTrainsTheOthers()
    {
        TaskTable table = Problems.Mixed(90);
        var inner = new SplitWatcher(new SharedBottomLearner(Options));
        Fit(new FoldsLearner(inner, 5), table);

        CollectionAssert.AreEqual(Enumerable.Range(0, 90).ToArray(),
            inner.Splits.SelectMany(s => s.Validation).Order().ToArray());
        foreach (RowSplit split in inner.Splits)
            CollectionAssert.AreEqual(Enumerable.Range(0, 90).ToArray(),
                split.Train.Concat(split.Validation).Order().ToArray());
        Assert.HasCount(5, inner.Seeds.Distinct());
    }

    [TestMethod]
    public void Fit_RowKeys_AreNeverOnBothSides()
    {
        TaskTable table = Problems.Mixed(90);
        ulong[] keys = [.. Enumerable.Range(0, 90).Select(r => (ulong)(r / 6))];
        var inner = new SplitWatcher(new SharedBottomLearner(Options));
        Fit(new FoldsLearner(inner, 3, new RowSplitter { RowKeys = keys }), table);

        foreach (RowSplit split in inner.Splits)
            Assert.IsFalse(split.Train.Select(r => keys[r]).Intersect(split.Validation.Select(r => keys[r])).Any());
    }

    [TestMethod]
    public void Fit_LearnerThatMixesModels_TakesItsWeightsAlong()
    {
        TaskTable table = Problems.Mixed(120);
        IGroupLearner[] candidates = [new LinearLearner(), new BoostedTreesLearner(new() { NumberOfTrees = 5 })];
        var mean = (EnsembleModel)Fit(new FoldsLearner(new EnsembleLearner(candidates), 2), table).Models[0].Model;

        Assert.IsFalse(mean.Members.Any(m => m is EnsembleModel));
        for (int t = 0; t < 3; t++)
            Assert.AreEqual(1, Enumerable.Range(0, mean.Members.Count).Sum(m => mean.Weights[m * 3 + t]), 1e-5);
    }

    [TestMethod]
    public void Fit_FewRows_PredictsBetterThanOneModelOnAverage()
    {
        double one = 0, mean = 0;
        TaskTable test = Problems.Mixed(2000, missing: 0, seed: 99);
        for (ulong seed = 1; seed <= 6; seed++)
        {
            TaskTable table = Problems.Mixed(80, seed: seed);
            one += Loss(new SharedBottomLearner(Options with { MaxEpochs = 150 }).Fit(table, Problems.Split(table, 0.2),
                [0, 1, 2], new LearnerRun { Seed = seed }));
            mean += Loss(new FoldsLearner(new SharedBottomLearner(Options with { MaxEpochs = 150 }), 5).Fit(table,
                new RowSplit([.. Enumerable.Range(0, 80)], []), [0, 1, 2], new LearnerRun { Seed = seed }));
        }
        Assert.IsLessThan(one, mean);

        double Loss(GroupFit fit)
        {
            var scores = new float[2000 * 5];
            fit.Models[0].Model.Score(test.Features.ToArray(), 2000, scores, []);
            MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate(test.Tasks, scores, test.Labels);
            return metrics.Tasks[0].LogLoss + metrics.Tasks[1].LogLoss + metrics.Tasks[2].RootMeanSquaredError;
        }
    }

    [TestMethod]
    public void Constructor_RowsInOrderOfTime_AreRefused() => Assert.ThrowsExactly<ArgumentException>(() =>
        new FoldsLearner(new LinearLearner(), 3, new RowSplitter { IsOrdered = true }));

    private static GroupFit Fit(IGroupLearner learner, TaskTable table) => learner.Fit(table,
        new RowSplit([.. Enumerable.Range(0, table.RowCount)], []), [0, 1, 2],
        new LearnerRun { Seed = 4, Threads = 1 });

    /// <summary>Keeps what it was asked for.</summary>
    private sealed class SplitWatcher(IGroupLearner learner) : IGroupLearner
    {
        public List<RowSplit> Splits { get; } = [];

        public List<ulong> Seeds { get; } = [];

        public List<GroupFit> Fits { get; } = [];

        public string Name => learner.Name;

        public string Settings => learner.Settings;

        public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
        {
            Splits.Add(split);
            Seeds.Add(run.Seed);
            Fits.Add(learner.Fit(table, split, tasks, run));
            return Fits[^1];
        }
    }
}
