using MathNet.Numerics.LinearAlgebra;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class UpperCholeskyTests
{
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(15), DataRow(16), DataRow(17), DataRow(33), DataRow(70), DataRow(129)]
    [DataRow(200)]
    public void TryFactorAndSolve_PositiveDefinite_AgreeWithMathNet(int n)
    {
        Matrix<double> a = PositiveDefinite(n), expected = a.Cholesky().Factor;
        var factor = new UpperCholesky(n);
        for (int repeat = 0; repeat < 2; repeat++)
        {
            Fill(factor, a);
            Assert.IsTrue(factor.TryFactor(out int pivot));
            Assert.AreEqual(n, pivot);
            for (int i = 0; i < n; i++)
                for (int j = i; j < n; j++)
                    Assert.AreEqual(expected[j, i], factor.Row(i)[j - i], 2e-5,
                        $"({i}, {j}) of factorisation {repeat}");
        }
        Vector<double> x = Vector<double>.Build.Dense(n, i => Math.Sin(i));
        float[] b = [.. (a * x).Select(v => (float)v)];
        factor.Solve(b);
        for (int i = 0; i < n; i++)
            Assert.AreEqual(x[i], b[i], 1e-4);
    }

    [TestMethod]
    [DataRow(0, -1f)]
    [DataRow(20, float.NaN)]
    [DataRow(39, float.PositiveInfinity)]
    public void TryFactor_BadPivot_NamesTheRow(int row, float value)
    {
        var factor = new UpperCholesky(40);
        Fill(factor, Matrix<double>.Build.DenseIdentity(40));
        factor.Row(row)[0] = value;
        Assert.IsFalse(factor.TryFactor(out int pivot));
        Assert.AreEqual(row, pivot);
    }

    private static void Fill(UpperCholesky factor, Matrix<double> a)
    {
        for (int i = 0; i < a.RowCount; i++)
            for (int j = i; j < a.RowCount; j++)
                factor.Row(i)[j - i] = (float)a[i, j];
    }

    private static Matrix<double> PositiveDefinite(int n)
    {
        var random = new RandomStream(3, "test");
        var g = Matrix<double>.Build.Dense(n, n + 3, (_, _) => random.NextNormal());
        return g * g.Transpose() / n + Matrix<double>.Build.DenseIdentity(n);
    }
}
