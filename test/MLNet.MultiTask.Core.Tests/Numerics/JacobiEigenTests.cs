using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class JacobiEigenTests
{
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(5), DataRow(20), DataRow(60)]
    public void Decompose_RandomMatrix_AgreesWithSymmetricEigen(int n)
    {
        double[] a = SymmetricEigenTests.Symmetric(n, 3), expected = new double[n], vectors = new double[n * n];
        new SymmetricEigen(n).Decompose(a, expected, vectors);
        var eigen = new JacobiEigen(n + 3);
        eigen.Decompose(a, n);
        double[] values = eigen.Values.ToArray();
        for (int k = 0; k < n; k++)
        {
            double[] v = eigen.Vector(k).ToArray();
            for (int i = 0; i < n; i++)
                Assert.AreEqual(values[k] * v[i], Enumerable.Range(0, n).Sum(j => a[i * n + j] * v[j]), 1e-12 * n);
            Assert.AreEqual(1, v.Sum(x => x * x), 1e-13 * n);
        }
        Array.Sort(values);
        for (int k = 0; k < n; k++)
            Assert.AreEqual(expected[k], values[k], 1e-12 * n);
    }
}
