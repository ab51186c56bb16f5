using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Tests.Trees;

/// <summary>Splits other than "is the number small".</summary>
[TestClass]
public class SplitKindsTests
{
    private const int Categories = 7;

    private static readonly BoostedTreesOptions OneSplit = new()
    {
        NumberOfTrees = 1, NumberOfLeaves = 2, LearningRate = 1, MinimumExampleCountPerLeaf = 1, L2Regularization = 0,
        L2CategoricalRegularization = 0, CategoricalSmoothing = 0, MinimumExampleCountPerGroup = 1,
        Categories = [new CategorySlots(0, Categories)],
    };

    [TestMethod]
    public void Train_Category_FindsTheBestOfAllSubsets()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            (TaskTable table, int[] category) = OneHot(seed, 120);
            TreeNode node = Train(table, OneSplit).Trees[0].Nodes[0];
            double best = double.PositiveInfinity;
            for (int subset = 1; subset < (1 << Categories) - 1; subset++)
                best = Math.Min(best, Error(table, r => (subset >> category[r] & 1) != 0));
            Assert.AreEqual(best, Error(table, r => node.GoesLeft(table.FeatureRow(r))), 1e-3 * best);
        }
    }

    [TestMethod]
    public void Train_MoreCategoriesAllowedThanOne_TakesNoMoreThanAllowed()
    {
        (TaskTable table, _) = OneHot(3, 200);
        TreeNode node = Train(table, OneSplit with { MaximumCategoricalSplitPointCount = 1 }).Trees[0].Nodes[0];
        Assert.AreEqual(1, node.Slots!.Length);
    }

    [TestMethod]
    public void Score_CategoryNeverSeenOrNone_GoesRight()
    {
        (TaskTable table, _) = OneHot(1, 120);
        BoostedForest forest = Train(table, OneSplit);
        TreeNode node = forest.Trees[0].Nodes[0];
        Assert.IsFalse(node.GoesLeft(new float[Categories + 1]));
        float[] score = new float[1];
        forest.Score(new float[Categories + 1], 1, score, []);
        float expected = forest.Trees[0].Leaf(~node.Right)[0] * forest.TargetScales[0] + forest.TargetMeans[0];
        Assert.AreEqual(expected, score[0], 1e-5f);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Train_MissingValuesLikeOneSide_GoThere(bool likeSmall)
    {
        var random = new RandomStream(4, "missing");
        float[] x = new float[200], y = new float[200];
        for (int r = 0; r < x.Length; r++)
        {
            bool missing = r % 3 == 0;
            x[r] = missing ? float.NaN : (float)random.NextNormal();
            y[r] = (missing ? likeSmall : x[r] < 0.3f) ? 1 : 5;
        }
        TaskTable table = new(x, 1, [new TaskInfo("y", TaskKind.Regression)], y, allowMissingFeatures: true);
        BoostedForest forest = Train(table, OneSplit with { Categories = [] });
        Assert.AreEqual(likeSmall, forest.Trees[0].Nodes[0].MissingLeft);
        float[] scores = new float[200];
        forest.Score(x, 200, scores, []);
        for (int r = 0; r < x.Length; r++)
            Assert.AreEqual(y[r], scores[r], 1e-4f);
    }

    [TestMethod]
    public void Train_OnlyMissingnessTells_SplitsOnIt()
    {
        float[] x = [.. Enumerable.Range(0, 60).Select(r => r % 2 == 0 ? float.NaN : 3)];
        float[] y = [.. x.Select(v => float.IsNaN(v) ? 2f : -2f)];
        TaskTable table = new(x, 1, [new TaskInfo("y", TaskKind.Regression)], y, allowMissingFeatures: true);
        BoostedForest forest = Train(table, OneSplit with { Categories = [] });
        float[] scores = new float[60];
        forest.Score(x, 60, scores, []);
        CollectionAssert.AreEqual(y, scores);
    }

    private static BoostedForest Train(TaskTable table, BoostedTreesOptions options) => ForestTrainer.Train(table,
        new RowSplit([.. Enumerable.Range(0, table.RowCount)], []), [0], options, new LearnerRun()).Forest;

    /// <summary>A category with a mean of its own each, and a constant.</summary>
    private static (TaskTable Table, int[] Category) OneHot(ulong seed, int rows)
    {
        var random = new RandomStream(seed, "categories");
        double[] means = [.. Enumerable.Range(0, Categories).Select(_ => random.NextNormal())];
        var category = new int[rows];
        float[] x = new float[rows * (Categories + 1)], y = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            category[r] = random.NextInt32(Categories);
            x[r * (Categories + 1) + category[r]] = 1;
            y[r] = (float)(means[category[r]] + 0.5 * random.NextNormal());
        }
        return (new TaskTable(x, Categories + 1, [new TaskInfo("y", TaskKind.Regression)], y), category);
    }

    /// <summary>Squared error with the mean of each side.</summary>
    private static double Error(TaskTable table, Func<int, bool> left) =>
        Enumerable.Range(0, table.RowCount).GroupBy(left)
            .Sum(side => side.Sum(r => Math.Pow(table.Labels[r] - side.Average(q => table.Labels[q]), 2)));
}
