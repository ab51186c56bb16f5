using MathNet.Numerics.LinearAlgebra;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class CholeskyTests
{
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(5), DataRow(31), DataRow(32), DataRow(33), DataRow(70), DataRow(129)]
    public void TryFactor_PositiveDefinite_AgreesWithMathNet(int n)
    {
        double[] a = PositiveDefinite(n), l = [.. a];
        Assert.IsTrue(Cholesky.TryFactor<double>(l, n, out int pivot));
        Assert.AreEqual(n, pivot);
        Matrix<double> expected = Matrix<double>.Build.DenseOfRowMajor(n, n, a).Cholesky().Factor;
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
                Assert.AreEqual(expected[i, j], l[i * n + j], 1e-11);
    }

    [TestMethod]
    [DataRow(1), DataRow(6), DataRow(40), DataRow(101)]
    public void Solve_DoubleAndFloat_ReturnsTheKnownSolution(int n)
    {
        double[] a = PositiveDefinite(n), x = [.. Enumerable.Range(0, n).Select(i => Math.Sin(i))], b = new double[n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                b[i] += a[i * n + j] * x[j];
        float[] af = [.. a.Select(v => (float)v)], bf = [.. b.Select(v => (float)v)];

        Assert.IsTrue(Cholesky.TryFactor<double>(a, n, out _));
        Cholesky.Solve<double>(a, n, b);
        Assert.IsTrue(Cholesky.TryFactor<float>(af, n, out _));
        Cholesky.Solve<float>(af, n, bf);
        for (int i = 0; i < n; i++)
        {
            Assert.AreEqual(x[i], b[i], 1e-11);
            Assert.AreEqual(x[i], bf[i], 1e-3);
        }
    }

    [TestMethod]
    public void TryFactor_IndefiniteOrNotANumber_NamesTheRow()
    {
        double[] indefinite = [1, 2, 2, 1];
        Assert.IsFalse(Cholesky.TryFactor<double>(indefinite, 2, out int pivot));
        Assert.AreEqual(1, pivot);
        double[] broken = [double.NaN];
        Assert.IsFalse(Cholesky.TryFactor<double>(broken, 1, out pivot));
        Assert.AreEqual(0, pivot);
    }

    private static double[] PositiveDefinite(int n)
    {
        var random = new RandomStream(3, "test");
        var g = Matrix<double>.Build.Dense(n, n + 3, (_, _) => random.NextNormal());
        return (g * g.Transpose() / n + Matrix<double>.Build.DenseIdentity(n)).ToRowMajorArray();
    }
}
