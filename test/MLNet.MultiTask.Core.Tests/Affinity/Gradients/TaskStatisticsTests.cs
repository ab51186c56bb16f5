using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class TaskStatisticsTests
{
    [TestMethod]
    public void Collect_MixedTasks_GradientAndCurvatureEqualFiniteDifferencesOfTheLinearisedLoss()
    {
        TaskTable table = AffinityFixture.Mixed(60);
        var network = AffinityFixture.Network(table, 9, 5);
        var subspace = new ExplicitSubspace(AffinityFixture.RandomVectors(network.Shape, 3));
        TaskStatistics statistics = TaskStatistics.Collect(AffinityFixture.Sweep(network, table), subspace, null);
        double[] w0 = [0, 0, 0];
        const double h = 1e-4;
        for (int t = 0; t < 4; t++)
        {
            Assert.AreEqual(LinearisedLoss(network, table, subspace, t, w0), statistics.Losses[t], 1e-5);
            for (int i = 0; i < 3; i++)
            {
                double gradient = (LinearisedLoss(network, table, subspace, t, Unit(i, h))
                    - LinearisedLoss(network, table, subspace, t, Unit(i, -h))) / (2 * h);
                Assert.AreEqual(-gradient, statistics.Gradients[t][i], 1e-3 + 1e-3 * Math.Abs(gradient));
                for (int j = 0; j < 3; j++)
                {
                    double[] pp = Sum(Unit(i, h), Unit(j, h)), pm = Sum(Unit(i, h), Unit(j, -h)),
                        mp = Sum(Unit(i, -h), Unit(j, h)), mm = Sum(Unit(i, -h), Unit(j, -h));
                    double second = (LinearisedLoss(network, table, subspace, t, pp)
                        - LinearisedLoss(network, table, subspace, t, pm)
                        - LinearisedLoss(network, table, subspace, t, mp)
                        + LinearisedLoss(network, table, subspace, t, mm)) / (4 * h * h);
                    float held = statistics.HessianRow(t, Math.Min(i, j))[Math.Abs(i - j)];
                    Assert.AreEqual(second, held, 1e-2 + 2e-3 * Math.Abs(second));
                }
            }
        }
    }

    [TestMethod]
    public void Solve_SquaredLoss_IsTheRidgeRegressionOnTheFeatures()
    {
        TaskTable mixed = AffinityFixture.Mixed(80);
        TaskInfo[] tasks = [new("p", TaskKind.Regression), new("q", TaskKind.Regression)];
        float[] labels = [.. Enumerable.Range(0, 80)
            .SelectMany(r => new[] { mixed.FeatureRow(r)[0], mixed.FeatureRow(r)[1] * mixed.FeatureRow(r)[2] })];
        var table = new TaskTable(mixed.Features, tasks, labels);
        var network = AffinityFixture.Network(table, 9, 5);
        var subspace = new ExplicitSubspace(AffinityFixture.RandomVectors(network.Shape, 4));
        TaskStatistics statistics = TaskStatistics.Collect(AffinityFixture.Sweep(network, table), subspace, null);
        const double lambda = 0.3;
        float[] w = new OneStepSolver(statistics).Solve(new SubsetProblem([0, 1], [0.5, 0.5], lambda, null)).Trunk;

        // argmin ½ Σ_t (1/n) Σ_x (r − g·w)² + ½λ‖w‖², the loss being squared error without ½.
        (Matrix<double> g, Vector<double> r) = Stacked(network, table, subspace);
        Vector<double> expected = (g.TransposeThisAndMultiply(g) / 80 + lambda * Matrix<double>.Build.DenseIdentity(4))
            .Solve(g.TransposeThisAndMultiply(r) / 80);
        for (int k = 0; k < 4; k++)
            Assert.AreEqual(expected[k], w[k], 1e-4 * expected.L2Norm());
    }

    // More directions than are taken at once, and the last rows of a part without any label.
    [TestMethod]
    public void Collect_RowsWithoutLabels_AreAsIfTheyWereNotThere()
    {
        TaskTable mixed = AffinityFixture.Mixed(90);
        float[] labels = [.. mixed.Labels.Select((label, cell) =>
            cell / 4 % 3 == 1 || cell / 4 > 60 ? float.NaN : label)];
        var table = new TaskTable(mixed.Features, mixed.Tasks, labels, mixed.Weights?.ToArray());
        var network = AffinityFixture.Network(table, 9, 5);
        var subspace = new ExplicitSubspace(AffinityFixture.RandomVectors(network.Shape, 40));
        TrunkSweep all = AffinityFixture.Sweep(network, table);
        int[] labelled = [.. AffinityFixture.AllRows(table)
            .Where(r => Enumerable.Range(0, 4).Any(t => table.IsObserved(r, t)))];
        Assert.IsLessThan(50, labelled.Length);
        TaskStatistics one = TaskStatistics.Collect(all, subspace, null),
            other = TaskStatistics.Collect(all.Of(labelled), subspace, null);
        for (int t = 0; t < 4; t++)
        {
            Assert.AreEqual(other.Weights[t], one.Weights[t]);
            Assert.AreEqual(other.Losses[t], one.Losses[t], 1e-6);
            for (int k = 0; k < 40; k++)
                Assert.AreEqual(other.Gradients[t][k], one.Gradients[t][k], 1e-5f);
        }
    }

    private static (Matrix<double> G, Vector<double> R) Stacked(SharedBottomNetwork network, TaskTable table,
        ExplicitSubspace subspace)
    {
        var chunk = new TrunkChunk(network, table, table.RowCount);
        chunk.Load(AffinityFixture.AllRows(table));
        var features = new float[chunk.PairCount * 4];
        subspace.Features(chunk, features);
        var g = Matrix<double>.Build.Dense(chunk.PairCount, 4, (p, k) => features[p * 4 + k]);
        var r = Vector<double>.Build.Dense(chunk.PairCount, p => table.Label(p / 2, p % 2) / 2 - chunk.Pairs[p].Value);
        return (g, r);
    }

    private static double LinearisedLoss(SharedBottomNetwork network, TaskTable table, ExplicitSubspace subspace,
        int task, double[] w)
    {
        var chunk = new TrunkChunk(network, table, table.RowCount);
        chunk.Load(AffinityFixture.AllRows(table));
        var features = new float[chunk.PairCount * 3];
        subspace.Features(chunk, features);
        double sum = 0, weight = 0;
        for (int row = 0; row < table.RowCount; row++)
            for (int p = chunk.PairStart[row]; p < chunk.PairStart[row + 1]; p++)
            {
                if (chunk.PairTask[p] != task)
                    continue;
                double u = chunk.Pairs[p].Value;
                for (int k = 0; k < 3; k++)
                    u += features[p * 3 + k] * w[k];
                double loss = table.Tasks[task].Kind == TaskKind.Regression
                    ? Math.Pow(table.Label(row, task) / 2.0 - u, 2) : Math.Log(1 + Math.Exp(-u));
                sum += chunk.Weights[p] * loss;
                weight += chunk.Weights[p];
            }
        return sum / weight;
    }

    private static double[] Unit(int i, double value) => [.. Enumerable.Range(0, 3).Select(k => k == i ? value : 0)];

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
