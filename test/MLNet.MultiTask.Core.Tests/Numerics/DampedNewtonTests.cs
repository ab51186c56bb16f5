using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class DampedNewtonTests
{
    // Undamped steps x ← −x³ from |x| > 1 diverge.
    [TestMethod]
    [DataRow(0.5), DataRow(3.0), DataRow(-40.0)]
    public void Minimize_WherePlainNewtonDiverges_FindsTheMinimum(double start)
    {
        double[] x = [start];
        Minimum minimum = new DampedNewton(1).Minimize((x, g) =>
        {
            double root = Math.Sqrt(1 + x[0] * x[0]);
            g[0] = x[0] / root;
            return root;
        }, (x, h) => h[0] = Math.Pow(1 + x[0] * x[0], -1.5), x, 1e-12, 100, CancellationToken.None);
        Assert.IsTrue(minimum.Converged, $"{minimum}");
        Assert.AreEqual(0, x[0], 1e-12);
    }

    [TestMethod]
    public void Minimize_Quadratic_TakesOneStep()
    {
        double[] x = [5, -3];
        Minimum minimum = new DampedNewton(2).Minimize((x, g) =>
        {
            (g[0], g[1]) = (4 * x[0] + x[1] - 1, x[0] + 3 * x[1] - 2);
            return 2 * x[0] * x[0] + x[0] * x[1] + 1.5 * x[1] * x[1] - x[0] - 2 * x[1];
        }, (_, h) => ((ReadOnlySpan<double>)[4, 1, 1, 3]).CopyTo(h), x, 1e-12, 100, CancellationToken.None);
        Assert.AreEqual((1, true), (minimum.Iterations, minimum.Converged));
        Assert.AreEqual(1.0 / 11, x[0], 1e-14);
        Assert.AreEqual(7.0 / 11, x[1], 1e-14);
    }

    [TestMethod]
    public void Minimize_NotConvex_SaysSo()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new DampedNewton(1).Minimize((x, g) =>
        {
            g[0] = -2 * x[0];
            return -x[0] * x[0];
        }, (_, h) => h[0] = -2, [1.0], 1e-9, 10, CancellationToken.None));
        StringAssert.Contains(error.Message, "not positive definite");
    }
}
