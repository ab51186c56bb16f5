using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Tests.Trees;

[TestClass]
public class TreeShapTests
{
    private const int Features = 5;

    private static BoostedForest Trained(TaskTable table) => ForestTrainer.Train(table, Problems.Split(table),
        Problems.AllTasks(table), new BoostedTreesOptions
        {
            NumberOfTrees = 5, NumberOfLeaves = 12, MinimumExampleCountPerLeaf = 3, LearningRate = 0.3,
        }, new LearnerRun()).Forest;

    [TestMethod]
    public void ShapleyValues_AgainstAllSubsets_Equal()
    {
        TaskTable table = Problems.Mixed(300, Features);
        BoostedForest forest = Trained(table);
        // A feature that is asked about twice on one path is what the algorithm has to unwind.
        Assert.IsTrue(forest.Trees.Any(t => t.Nodes.Length > Features));
        for (int row = 0; row < 5; row++)
        {
            float[] x = table.FeatureRow(row).ToArray();
            double[] values = forest.ShapleyValues(x);
            for (int f = 0; f < Features; f++)
                for (int j = 0; j < forest.OutputCount; j++)
                    Assert.AreEqual(Exact(forest, x, f, j), values[f * forest.OutputCount + j], 1e-5);
        }
    }

    [TestMethod]
    public void ShapleyValues_OfARow_SumToTheRawOutput()
    {
        TaskTable table = Problems.Mixed(300, Features);
        BoostedForest forest = Trained(table);
        float[] raw = new float[forest.OutputCount];
        for (int row = 0; row < 20; row++)
        {
            forest.Score(table.FeatureRow(row), 1, [], raw);
            double[] values = forest.ShapleyValues(table.FeatureRow(row));
            for (int j = 0; j < raw.Length; j++)
                Assert.AreEqual(raw[j], Enumerable.Range(0, Features + 1).Sum(f => values[f * raw.Length + j]), 1e-4);
        }
    }

    [TestMethod]
    public void FeatureGains_SignalInTwoFeatures_TheyLead()
    {
        TaskTable table = Problems.Mixed(500, Features, 0, 1, Problems.Value);
        BoostedForest forest = Trained(table);
        foreach (double[] gains in (double[][])[forest.FeatureGains(), forest.FeatureGains(0)])
            CollectionAssert.AreEquivalent(new[] { 0, 1 },
                Enumerable.Range(0, Features).OrderByDescending(f => gains[f]).Take(2).ToArray());
    }

    /// <summary>Σ over subsets S without f of |S|! (d−|S|−1)! / d! · (v(S ∪ f) − v(S)).</summary>
    private static double Exact(BoostedForest forest, float[] x, int feature, int output)
    {
        int task = forest.Tasks.ToList().FindLastIndex(t => forest.OutputOffset(forest.Tasks.ToList().IndexOf(t))
            <= output);
        double sum = 0;
        for (int subset = 0; subset < 1 << Features; subset++)
            if ((subset & (1 << feature)) == 0)
            {
                int size = System.Numerics.BitOperations.PopCount((uint)subset);
                sum += Factorial(size) * Factorial(Features - size - 1) / Factorial(Features)
                    * (Expected(forest, x, subset | (1 << feature), output) - Expected(forest, x, subset, output));
            }
        return sum * forest.TargetScales[task];
    }

    private static double Expected(BoostedForest forest, float[] x, int known, int output) =>
        forest.Trees.Sum(t => Expected(t, x, known, output, 0));

    private static double Expected(Tree tree, float[] x, int known, int output, int node)
    {
        if (node < 0)
            return tree.Leaf(~node)[output];
        TreeNode question = tree.Nodes[node];
        if ((known & (1 << question.Feature)) != 0)
            return Expected(tree, x, known, output, question.Next(x));
        double left = Count(tree, question.Left), right = Count(tree, question.Right);
        return (left * Expected(tree, x, known, output, question.Left)
            + right * Expected(tree, x, known, output, question.Right)) / (left + right);
    }

    private static double Count(Tree tree, int node) => node < 0 ? tree.LeafCounts[~node]
        : Count(tree, tree.Nodes[node].Left) + Count(tree, tree.Nodes[node].Right);

    private static double Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
}
