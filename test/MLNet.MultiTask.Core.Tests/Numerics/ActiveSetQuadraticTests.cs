using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Tests.Training.Weightings;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class ActiveSetQuadraticTests
{
    [TestMethod]
    [DataRow(1, 1), DataRow(2, 2), DataRow(4, 4), DataRow(6, 6), DataRow(6, 3), DataRow(7, 20)]
    public void Solve_EverySupport_FindsTheLeastValue(int n, int rank)
    {
        for (ulong seed = 0; seed < 12; seed++)
            foreach (bool onSimplex in new[] { false, true })
            {
                double[] a = Gramians.Random(n, rank, seed), b = Gramians.Normal(n, seed + 100), x = new double[n];
                // Over x ≥ 0 a singular A may leave the function without a minimum.
                for (int i = 0; i < n; i++)
                    a[i * n + i] += onSimplex ? 0 : 1e-3;
                Assert.IsTrue(new ActiveSetQuadratic(n + 2).Solve(a, b, n, onSimplex, x));
                Assert.AreEqual(BestOfAllSupports(a, b, n, onSimplex), Value(a, b, n, x), 1e-9, $"seed {seed}");
                Assert.IsGreaterThanOrEqualTo(0, x.Min());
                if (onSimplex)
                    Assert.AreEqual(1, x.Sum(), 1e-12);
            }
    }

    [TestMethod]
    [DataRow(60, 60), DataRow(100, 30), DataRow(200, 400)]
    public void Solve_ManyTasks_MeetsTheOptimalityConditions(int n, int rank)
    {
        double[] a = Gramians.Random(n, rank, 1), x = new double[n];
        Assert.IsTrue(new ActiveSetQuadratic(n).Solve(a, [], n, onSimplex: true, x));
        double[] slopes = Gramians.Times(a, x);
        double level = slopes.Zip(x, (s, w) => s * w).Sum();
        for (int i = 0; i < n; i++)
        {
            Assert.IsGreaterThanOrEqualTo(level - 1e-9, slopes[i]);
            Assert.IsTrue(x[i] == 0 || slopes[i] < level + 1e-9, $"entry {i}");
        }
    }

    [TestMethod]
    public void Solve_DuplicatedRows_IsFinite()
    {
        double[] a = [1, 1, 1, 1, 1, 1, 1, 1, 1], x = new double[3];
        Assert.IsTrue(new ActiveSetQuadratic(3).Solve(a, [], 3, onSimplex: true, x));
        Assert.AreEqual(1, x.Sum(), 1e-12);
    }

    private static double BestOfAllSupports(double[] a, double[] b, int n, bool onSimplex)
    {
        double best = onSimplex ? double.PositiveInfinity : 0;
        for (int support = 1; support < 1 << n; support++)
        {
            int[] s = [.. Enumerable.Range(0, n).Where(i => (support >> i & 1) == 1)];
            if (SmallSystems.MinimumOn(a, b, n, s, onSimplex) is { } x && x.Min() >= -1e-12)
                best = Math.Min(best, Value(a, b, n, x));
        }
        return best;
    }

    private static double Value(double[] a, double[] b, int n, double[] x)
    {
        double[] product = Gramians.Times(a, x);
        return Enumerable.Range(0, n).Sum(i => x[i] * (product[i] / 2 + b[i]));
    }
}
