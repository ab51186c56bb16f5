using MathNet.Numerics.LinearAlgebra;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class ConjugateGradientTests
{
    [TestMethod]
    [DataRow(1), DataRow(8), DataRow(50)]
    public void Solve_PositiveDefinite_AgreesWithADenseSolve(int n)
    {
        var random = new RandomStream(5, "system");
        var g = Matrix<double>.Build.Dense(n, n, (_, _) => random.NextNormal());
        Matrix<double> a = g * g.Transpose() / n + 0.1 * Matrix<double>.Build.DenseIdentity(n);
        var b = Vector<double>.Build.Dense(n, _ => random.NextNormal());
        (double[] x, double residual) =
            ConjugateGradient.Solve((v, product) => (a * Vector<double>.Build.DenseOfArray(v)).ToArray().CopyTo(product,
            0),
            [.. b], 1e-12, 500, CancellationToken.None);
        Assert.IsTrue(residual <= 1e-12, $"{residual}");
        Vector<double> expected = a.Solve(b);
        for (int i = 0; i < n; i++)
            Assert.AreEqual(expected[i], x[i], 1e-9);
    }

    [TestMethod]
    public void Solve_ZeroRightHandSide_IsZeroWithoutAProduct()
    {
        (double[] x, double residual) = ConjugateGradient.Solve((_, _) => Assert.Fail("no product is needed"),
            new double[3], 1e-9, 10, CancellationToken.None);
        CollectionAssert.AreEqual(new double[3], x);
        Assert.AreEqual(0, residual);
    }

    [TestMethod]
    public void Solve_LimitOfProducts_TellsWhatIsLeft()
    {
        (double[] x, double residual) = ConjugateGradient.Solve((v, product) => (product[0], product[1]) =
            (v[0], 100 * v[1]), [1, 1], 1e-9, 1, CancellationToken.None);
        double size = Math.Sqrt(Math.Pow(1 - x[0], 2) + Math.Pow(1 - 100 * x[1], 2)) / Math.Sqrt(2);
        Assert.AreEqual(size, residual, 1e-12);
        Assert.IsTrue(residual > 0.1);
    }
}
