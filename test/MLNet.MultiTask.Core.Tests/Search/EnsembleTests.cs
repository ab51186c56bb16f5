using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests.Persistence;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public class EnsembleTests
{
    private static readonly IGroupLearner[] Candidates =
    [
        new BoostedTreesLearner(new() { NumberOfTrees = 20, LearningRate = 0.2 }),
        new LinearLearner(new() { Strengths = [0.5] }),
    ];

    [TestMethod]
    public void Fit_Candidates_BothHalvesStopAndTheMixtureIsAsGoodAsTheBestOne()
    {
        TaskTable table = Problems.Mixed(400);
        RowSplit split = Problems.Split(table, 0.4);
        var ensemble = (EnsembleModel)Fit(table, split).Models[0].Model;
        // Each candidate once stopped by one half, once by the other, with the same weight.
        Assert.HasCount(4, ensemble.Members);
        for (int m = 0; m < 4; m += 2)
        {
            Assert.AreEqual(ensemble.Members[m].Kind, ensemble.Members[m + 1].Kind);
            for (int t = 0; t < 3; t++)
                Assert.AreEqual(Weight(ensemble, m, t, 3), Weight(ensemble, m + 1, t, 3));
        }
        int[] order = new RandomStream(1, "ensemble rows").Permutation(split.Validation.Length);
        int[][] halves = [[.. order[..(order.Length / 2)].Select(i => split.Validation[i])],
            [.. order[(order.Length / 2)..].Select(i => split.Validation[i])]];
        for (int t = 0; t < 3; t++)
        {
            // On the rows that choose, each by the members that it did not stop; the loss of a mean is convex, and
            // samples of the rows move the weights a little from the best.
            double trees = 2 * Weight(ensemble, ensemble.Members[0] is BoostedForest ? 0 : 2, t, 3);
            double best = Enumerable.Range(0, 26).Min(i => Judged(i / 25.0));
            Assert.IsLessThan(best * 1.02, Judged(trees));

            double Judged(double weight) =>
                Loss([ensemble.Members[0], ensemble.Members[2]], table, halves[1], t, weight)
                + Loss([ensemble.Members[1], ensemble.Members[3]], table, halves[0], t, weight);
        }
    }

    [TestMethod]
    public void Fit_TaskWithoutValidationLabel_TakesAllAlikeAndSaysSo()
    {
        TaskTable table = Problems.Mixed(200, 5, 0, 1, Problems.Binary, Problems.Value);
        RowSplit split = Problems.Split(table);
        float[] labels = [.. table.Labels];
        foreach (int row in split.Validation)
            labels[row * 2] = float.NaN;
        GroupFit fit = Fit(new TaskTable(table.Features.ToArray(), 5, table.Tasks, labels), split);
        var ensemble = (EnsembleModel)fit.Models[0].Model;
        for (int m = 0; m < 4; m++)
            Assert.AreEqual(0.25f, Weight(ensemble, m, 0, 2), 1e-6);
        Assert.IsTrue(fit.Notes.Any(n => n.Contains("has no label in the rows that choose")));
    }

    [TestMethod]
    public void Score_Ensemble_IsTheWeightedMeanAndRawGivesItBack()
    {
        TaskTable table = Problems.Mixed(300);
        IGroupModel model = Fit(table, Problems.Split(table)).Models[0].Model;
        float[] scores = new float[300 * 5], raw = new float[300 * 5], alone = new float[300 * 5];
        float[] x = table.Features.ToArray();
        model.Score(x, 300, scores, raw, 2);
        model.Score(x, 300, [], alone);
        CollectionAssert.AreEqual(raw, alone);
        for (int r = 0; r < 300; r++)
        {
            Assert.AreEqual(scores[r * 5], 1 / (1 + Math.Exp(-raw[r * 5])), 1e-5);
            Assert.AreEqual(1, scores[r * 5 + 1] + scores[r * 5 + 2] + scores[r * 5 + 3], 1e-5);
            Assert.AreEqual(scores[r * 5 + 4], raw[r * 5 + 4]);
        }
    }

    [TestMethod]
    public void Load_SavedEnsemble_ScoresTheSame()
    {
        TaskTable table = Problems.Mixed(300);
        var model = new MultiTaskModel(table.Tasks, TaskGrouping.All(3),
            [Fit(table, Problems.Split(table)).Models[0].Model]);
        MultiTaskModel loaded = ModelFile.Load(new MemoryStream(TestModels.Bytes(model))).Model;
        float[] expected = new float[300 * 5], actual = new float[300 * 5], x = table.Features.ToArray();
        model.Score(x, 300, expected);
        loaded.Score(x, 300, actual);
        CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Fit_OneValidationRow_SaysWhatIsNeeded()
    {
        TaskTable table = Problems.Mixed();
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() =>
            Fit(table, new RowSplit([.. Enumerable.Range(0, 150)], [151])));
        Assert.Contains("chosen on validation rows, 1 given", e.Message);
    }

    [TestMethod]
    public void Constructor_WeightsThatDoNotSumToOne_NamesTheTask()
    {
        TaskTable table = Problems.Mixed(100, 5, 0, 1, Problems.Binary);
        IGroupModel member = new BoostedTreesLearner(new() { NumberOfTrees = 2 })
            .Fit(table, Problems.Split(table), [0], new LearnerRun()).Models[0].Model;
        Assert.Contains("The weights of task 'bin' sum to 0.5", Assert.ThrowsExactly<ArgumentException>(() =>
            new EnsembleModel(member.Tasks, [member], [0.5f])).Message);
    }

    private static GroupFit Fit(TaskTable table, RowSplit split) =>
        new EnsembleLearner(Candidates)
        .Fit(table, split, [.. Enumerable.Range(0, table.Tasks.Count)], new LearnerRun());

    private static double Weight(EnsembleModel ensemble, int member, int task, int tasks) =>
        ensemble.Weights[member * tasks + task];

    private static double Loss(IGroupModel[] members, TaskTable table, int[] rows, int task, double trees)
    {
        double loss = 0;
        foreach (int r in rows.Where(r => table.IsObserved(r, task)))
        {
            float[] mean = new float[5], own = new float[5];
            foreach (IGroupModel member in members)
            {
                member.Score(table.FeatureRow(r), 1, own, []);
                for (int j = 0; j < 5; j++)
                    mean[j] += (float)(member is BoostedForest ? trees : 1 - trees) * own[j];
            }
            double y = table.Label(r, task);
            loss += table.Weight(r, task) * (task switch
            {
                0 => -Math.Log(y > 0 ? mean[0] : 1 - mean[0]),
                1 => -Math.Log(mean[1 + (int)y]),
                _ => Math.Pow(mean[4] - y, 2),
            });
        }
        return loss;
    }
}
