using MathNet.Numerics.LinearAlgebra;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class SymmetricEigenTests
{
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3), DataRow(4), DataRow(7), DataRow(8), DataRow(16), DataRow(17), DataRow(33),
        DataRow(64), DataRow(130)]
    public void Decompose_RandomMatrix_AgreesWithMathNetAndReconstructs(int n)
    {
        double[] a = Symmetric(n, 1);
        var (values, vectors) = Decompose(a, n);
        Vector<double> expected = Matrix<double>.Build.DenseOfRowMajor(n, n,
            a).Evd(Symmetricity.Symmetric).EigenValues.Real();
        for (int i = 0; i < n; i++)
            Assert.AreEqual(expected[i], values[i], 1e-12 * n);
        AssertDecomposition(a, values, vectors, 1e-13 * n);
    }

    [TestMethod]
    public void Decompose_SecondDifferences_HasTheKnownCosines()
    {
        const int n = 60;
        var a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            a[i * n + i] = 2;
            if (i > 0)
                a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
        }
        var (values, vectors) = Decompose(a, n);
        for (int i = 0; i < n; i++)
            Assert.AreEqual(2 - 2 * Math.Cos(Math.PI * (i + 1) / (n + 1)), values[i], 1e-13);
        AssertDecomposition(a, values, vectors, 1e-12);
    }

    [TestMethod]
    [DataRow(40, 1.0), DataRow(40, 1e-200), DataRow(40, 1e200), DataRow(41, 0.0)]
    public void Decompose_RepeatedEigenvaluesAtAnyScale_StaysOrthogonal(int n, double scale)
    {
        // A projection on the all-ones vector: eigenvalues scale (once) and 0.
        double[] a = [.. Enumerable.Repeat(scale / n, n * n)];
        var (values, vectors) = Decompose(a, n);
        Assert.AreEqual(scale, values[n - 1], 1e-14 * scale);
        Assert.AreEqual(0, values[n - 2], 1e-14 * scale);
        AssertDecomposition(a, values, vectors, 1e-13 * scale);
    }

    [TestMethod]
    public void Decompose_AlreadyDiagonal_SortsTheDiagonal()
    {
        double[] a = [3, 0, 0, 0, -1, 0, 0, 0, 2];
        var (values, _) = Decompose(a, 3);
        CollectionAssert.AreEqual(new double[] { -1, 2, 3 }, values);
    }

    [TestMethod]
    public void Decompose_OneOrTwoThreads_SameBits()
    {
        const int n = 150;
        double[] a = Symmetric(n, 5), values = new double[n], one = new double[n * n], two = new double[n * n];
        var eigen = new SymmetricEigen(n);
        eigen.Decompose(a, values, one, threads: 1);
        eigen.Decompose(a, values, two, threads: 2);
        CollectionAssert.AreEqual(one, two);
    }

    [TestMethod]
    public void Values_RandomMatrix_EqualThoseOfDecompose()
    {
        const int n = 75;
        double[] a = Symmetric(n, 2), values = new double[n];
        new SymmetricEigen(n).Values(a, values);
        CollectionAssert.AreEqual(Decompose(a, n).Values, values);
    }

    [TestMethod]
    public void Decompose_NotANumber_NamesTheEntry()
    {
        double[] a = [1, 0, double.NaN, 1];
        var e = Assert.ThrowsExactly<ArgumentException>(() => Decompose(a, 2));
        StringAssert.StartsWith(e.Message, "Entry [1, 0] is NaN; it must be finite");
    }

    internal static double[] Symmetric(int n, ulong seed)
    {
        var random = new RandomStream(seed, "test");
        var a = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
                a[i * n + j] = a[j * n + i] = random.NextNormal();
        return a;
    }

    private static (double[] Values, double[] Vectors) Decompose(double[] a, int n)
    {
        double[] values = new double[n], vectors = new double[n * n];
        new SymmetricEigen(n).Decompose(a, values, vectors);
        return (values, vectors);
    }

    private static void AssertDecomposition(double[] a, double[] values, double[] vectors, double tolerance)
    {
        int n = values.Length;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                double rebuilt = 0, product = 0;
                for (int k = 0; k < n; k++)
                {
                    rebuilt += values[k] * vectors[k * n + i] * vectors[k * n + j];
                    product += vectors[i * n + k] * vectors[j * n + k];
                }
                Assert.AreEqual(a[i * n + j], rebuilt, tolerance);
                Assert.AreEqual(i == j ? 1 : 0, product, 1e-14 * n);
            }
    }
}
