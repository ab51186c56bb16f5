using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Tests.Training.Weightings;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class SimplexConeTests
{
    [TestMethod]
    [DataRow(0.01), DataRow(0.5), DataRow(3.0)]
    public void Solve_TwoTasks_AgreesWithAScan(double k)
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            double[] q = Gramians.Random(2, 5, seed), c = Gramians.Normal(2, seed + 7), w = new double[2];
            double length = new SimplexCone(2).Solve(q, c, k, 2, w);
            double scan = Enumerable.Range(0, 20_001).Min(i => Value(q, c, k, [i / 2e4, 1 - i / 2e4]));
            Assert.AreEqual(scan, Value(q, c, k, w), 1e-7, $"seed {seed}");
            Assert.IsLessThanOrEqualTo(length + 1e-9, Length(q, w));
        }
    }

    [TestMethod]
    [DataRow(5, 3), DataRow(20, 40), DataRow(60, 30)]
    public void Solve_ManyTasks_MeetsTheOptimalityConditions(int n, int rank)
    {
        for (ulong seed = 0; seed < 8; seed++)
        {
            const double k = 0.4;
            double[] q = Gramians.Random(n, rank, seed), c = Gramians.Normal(n, seed + 7), w = new double[n];
            double length = new SimplexCone(n).Solve(q, c, k, n, w);
            double[] slopes = Gramians.Times(q, w);
            for (int i = 0; i < n; i++)
                slopes[i] = c[i] + k * slopes[i] / length;
            double level = slopes.Zip(w, (s, x) => s * x).Sum();
            Assert.AreEqual(1, w.Sum(), 1e-12);
            for (int i = 0; i < n; i++)
                Assert.IsTrue(slopes[i] >= level - 1e-7 && (w[i] == 0 || slopes[i] <= level + 1e-7),
                    $"seed {seed}, {i}");
        }
    }

    [TestMethod]
    public void Solve_WithoutRoot_TakesTheLeastEntry()
    {
        var w = new double[3];
        new SimplexCone(3).Solve(Gramians.Random(3, 3, 1), [2, -1, 0], 0, 3, w);
        CollectionAssert.AreEqual(new double[] { 0, 1, 0 }, w);
    }

    [TestMethod]
    public void Solve_OppositeGradients_LetsTheRootVanish()
    {
        var w = new double[2];
        new SimplexCone(2).Solve([1, -1, -1, 1], [0, 0], 1, 2, w);
        Assert.AreEqual(0.5, w[0], 1e-9);
    }

    private static double Value(double[] q, double[] c, double k, double[] w) =>
        c.Zip(w, (a, b) => a * b).Sum() + k * Length(q, w);

    private static double Length(double[] q, double[] w) =>
        Math.Sqrt(Math.Max(0, Gramians.Times(q, w).Zip(w, (a, b) => a * b).Sum()));
}
