using MathNet.Numerics.LinearAlgebra;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class EtapTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(5)]
    public void At_AnyValue_PartsAreNotNegativeAndSumToOne(int degree)
    {
        SplineBasis basis = SplineBasis.Of([.. Enumerable.Range(0, 40).Select(k => Math.Sqrt(k))], degree, 3);
        Assert.AreEqual(degree + 4, basis.Count);
        foreach (double x in new[] { -3, 0, 0.7, 2.2, 5, Math.Sqrt(39), 100 })
        {
            double[] parts = basis.At(x);
            Assert.IsTrue(parts.All(p => p >= 0), $"at {x}");
            Assert.AreEqual(1, parts.Sum(), 1e-12, $"at {x}");
        }
    }

    // Without inner knots the basis is Bernstein's: C(3, k)·x^k·(1 − x)^(3 − k).
    [TestMethod]
    public void At_CubicWithoutInnerKnots_IsBernsteinsBasis()
    {
        double[] parts = SplineBasis.Of([0, 1], 3, 0).At(0.3);
        double[] expected = [0.343, 3 * 0.3 * 0.49, 3 * 0.09 * 0.7, 0.027];
        for (int k = 0; k < 4; k++)
            Assert.AreEqual(expected[k], parts[k], 1e-12);
    }

    // The middle function of uniform knots away from the ends is 2/3 at its middle knot and 1/6 at the next.
    [TestMethod]
    public void At_CubicAtAnInnerUniformKnot_IsTwoThirdsAndSixths()
    {
        double[] parts = SplineBasis.Of([.. Enumerable.Range(0, 9).Select(k => (double)k)], 3, 7).At(4);
        CollectionAssert.AreEqual(new[] { 1 / 6.0, 2 / 3.0, 1 / 6.0 },
            parts.Where(p => p > 1e-9).Select(p => Math.Round(p, 12)).ToArray(), Comparer());

        static System.Collections.IComparer Comparer() => Comparer<double>.Create((a, b) =>
            Math.Abs(a - b) < 1e-9 ? 0 : a.CompareTo(b));
    }

    [TestMethod]
    public void Solve_RandomRows_IsRidgeAndReallyLeavesRowsOut()
    {
        var random = new RandomStream(5, "ridge");
        double[][] x = [.. Enumerable.Range(0, 20).Select(_ =>
            Enumerable.Range(0, 3).Select(_ => random.NextNormal()).ToArray())];
        double[] y = [.. x.Select(row => row[0] - 2 * row[2] + 0.5 * random.NextNormal())];
        (RidgeFit fit, double leftOut) = RidgeFit.Solve(x, y, 0.7);
        Matrix<double> design = Matrix<double>.Build.Dense(20, 4, (r, c) => c == 3 ? 1 : x[r][c]);
        Vector<double> solution = (design.TransposeThisAndMultiply(design)
            + Matrix<double>.Build.DiagonalOfDiagonalArray([0.7, 0.7, 0.7, 0]))
            .Solve(design.TransposeThisAndMultiply(Vector<double>.Build.Dense(y)));
        double[] asked = [0.2, -1, 3];
        Assert.AreEqual(solution[3] + asked.Select((v, c) => v * solution[c]).Sum(), fit.At(asked), 1e-9);
        double really = Enumerable.Range(0, 20).Sum(left => Math.Pow(y[left] - RidgeFit.Solve(
            [.. x.Where((_, r) => r != left)], [.. y.Where((_, r) => r != left)], 0.7).Fit.At(x[left]), 2));
        Assert.AreEqual(really, leftOut, 1e-9);
    }

    // Gains follow a curve of the mean affinity that no straight line follows; groups never trained are predicted.
    [TestMethod]
    public void PredictGroup_GainsBendWithTheScore_FindsTheCurve()
    {
        const int tasks = 8;
        var random = new RandomStream(2, "etap");
        var affinity = new TaskAffinity([.. Enumerable.Range(0, tasks).Select(t => $"t{t}")],
            [.. Enumerable.Range(0, tasks * tasks).Select(_ => random.NextNormal())], "first order");
        double[] alone = [.. Enumerable.Range(0, tasks).Select(t => 1 + 0.1 * t)];
        double[] Losses(int[] group) => [.. group.Select(t =>
            alone[t] * (1 - 0.1 * Math.Tanh(3 * group.Where(j => j != t).Average(j => affinity[t, j]))))];
        int[][] all = AffinitySubsets.HoldOut(tasks, 100, 1), known = all[..60], others = all[60..];
        var model = new EtapModel(affinity, alone, known, [.. known.Select(Losses)], new(), default);
        double[] truth = [.. others.SelectMany(Losses)];
        double[] predicted = [.. others.SelectMany(model.PredictGroup)];
        double error = Math.Sqrt(truth.Zip(predicted, (a, b) => (a - b) * (a - b)).Average());
        Assert.IsTrue(error < 0.012, $"error {error}, of gains up to 0.1");
        Assert.AreEqual(alone[3], model.PredictGroup([3])[0]);
    }
}
