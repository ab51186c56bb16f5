using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class InputAttributionAffinityTests
{
    [TestMethod]
    [DataRow(0, false)]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(0, true)]
    [DataRow(1, true)]
    [DataRow(0, false, true)]
    [DataRow(1, true, true)]
    public void Directions_EveryKindOfTask_AreInputTimesNumericGradient(int task, bool layerNorm,
        bool linearSkip = false)
    {
        TaskTable table = AffinityFixture.Mixed(10);
        float[] labels = [.. Enumerable.Range(0, 10).Select(_ => 0f)];
        var own = new TaskTable(table.Features, [table.Tasks[task]], labels);
        SharedBottomNetwork network = AffinityFixture.Network(own, layerNorm, linearSkip, 7, 4);
        float[] directions = InputAttributionAffinity.Directions(network, own, [2, 5, 9]);
        foreach ((int k, int row) in new[] { (0, 2), (1, 5), (2, 9) })
        {
            double[] expected = [.. Enumerable.Range(0, 6).Select(j =>
                own.FeatureRow(row)[j] * Slope(network, own, row, j))];
            double norm = Math.Sqrt(expected.Sum(v => v * v));
            for (int j = 0; j < 6; j++)
                Assert.AreEqual(expected[j] / norm, directions[k * 6 + j], 1e-4);
        }
    }

    // Linear models: attribution is x ⊙ w, so tasks on the same feature agree and tasks on disjoint features are
    // orthogonal.
    [TestMethod]
    public void Estimate_LinearTasks_SameFeatureIsOneOtherFeatureIsNearZero()
    {
        var random = new RandomStream(2, "x");
        float[] features = [.. Enumerable.Range(0, 600 * 4).Select(_ => (float)random.NextNormal())];
        float[] labels = [.. Enumerable.Range(0, 600).SelectMany(r =>
            new[] { features[r * 4], 3 * features[r * 4] + 1, features[r * 4 + 2] })];
        TaskInfo[] tasks = [new("a", TaskKind.Regression), new("b", TaskKind.Regression),
            new("c", TaskKind.Regression)];
        TaskAffinity affinity =
            new InputAttributionAffinity(new() { Training =
            new() { Hidden = [], LearningRate = 0.05f, MaxEpochs = 40 } })
            .Estimate(new TaskTable(features, 4, tasks, labels), RowSplit.Random(600, 0.3, 1));
        Assert.AreEqual(1, affinity[0, 1], 1e-3);
        Assert.AreEqual(0, affinity[0, 2], 0.05);
        Assert.AreEqual(1, affinity[2, 2]);
    }

    private static double Slope(SharedBottomNetwork network, TaskTable table, int row, int feature)
    {
        const float h = 1e-3f;
        double[] parameters = ReferenceNetwork.Parameters(network);
        double At(float shift)
        {
            float[] x = [.. table.FeatureRow(row)];
            x[feature] += shift;
            double[] z = ReferenceNetwork.Outputs(network.Shape, parameters, x);
            int top = Array.IndexOf(z, z.Max());
            return z.Length == 1 ? z[0] : z[top] - Math.Log(z.Where((_, k) => k != top).Sum(Math.Exp));
        }
        return (At(h) - At(-h)) / (2 * h);
    }
}
