using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class LassoTaskRelevanceAffinityTests
{
    [TestMethod]
    public void Solve_UncorrelatedSources_IsSoftThresholding()
    {
        double[] correlations = [1, 0.7, -0.4, 0.1, 0.7, 1, 0, 0, -0.4, 0, 1, 0, 0.1, 0, 0, 1];
        double[] solution = Lasso.Solve(correlations, 4, 0, [1, 2, 3], 0.15, CancellationToken.None);
        Assert.AreEqual(0, solution[0]);
        Assert.AreEqual(0.55, solution[1], 1e-12);
        Assert.AreEqual(-0.25, solution[2], 1e-12);
        Assert.AreEqual(0, solution[3]);
    }

    [TestMethod]
    [DataRow(0.01)]
    [DataRow(0.1)]
    [DataRow(0.5)]
    public void Solve_RandomCorrelations_MeetsTheOptimalityConditions(double lambda)
    {
        const int m = 12;
        double[] correlations = RandomCorrelations(m);
        int[] sources = [.. Enumerable.Range(1, m - 1)];
        double[] solution = Lasso.Solve(correlations, m, 0, sources, lambda, CancellationToken.None);
        foreach (int j in sources)
        {
            double slope = correlations[j] - sources.Sum(k => correlations[j * m + k] * solution[k]);
            if (solution[j] != 0)
                Assert.AreEqual(lambda * Math.Sign(solution[j]), slope, 1e-8);
            else
                Assert.IsTrue(Math.Abs(slope) <= lambda + 1e-8);
        }
    }

    [TestMethod]
    public void Estimate_TargetIsTheSumOfTwoTasks_TheyAreItsSources()
    {
        var random = new RandomStream(2, "x");
        float[] x = [.. Enumerable.Range(0, 800 * 4).Select(_ => (float)random.NextNormal())];
        float[] labels = [.. Enumerable.Range(0, 800).SelectMany(r =>
            new[] { x[r * 4] + x[r * 4 + 1], x[r * 4], x[r * 4 + 1], x[r * 4 + 3] })];
        TaskInfo[] tasks = [.. "sabc".Select(c => new TaskInfo($"{c}", TaskKind.Regression))];
        TaskAffinity affinity =
            new LassoTaskRelevanceAffinity(new() { Training =
            new() { Hidden = [16], LearningRate = 0.01f, MaxEpochs = 40 } })
            .Estimate(new TaskTable(x, 4, tasks, labels), RowSplit.Random(800, 0.2, 1));
        Assert.IsTrue(affinity[0, 1] > 0.5 && affinity[0, 2] > 0.5);
        Assert.IsTrue(affinity[0, 3] < 0.1);
        Assert.AreEqual(0, affinity[3, 3]);
    }

    private static double[] RandomCorrelations(int m)
    {
        var random = new RandomStream(3, "correlations");
        double[][] columns = [.. Enumerable.Range(0, m).Select(_ =>
            Enumerable.Range(0, 20).Select(_ => random.NextNormal()).ToArray())];
        return [.. Enumerable.Range(0, m * m).Select(p => p / m == p % m ? 1
            : MathNet.Numerics.Statistics.Correlation.Pearson(columns[p / m], columns[p % m]))];
    }
}
