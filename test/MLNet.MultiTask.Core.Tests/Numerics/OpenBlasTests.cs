using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
[DoNotParallelize]
public sealed class OpenBlasTests
{
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(17), DataRow(120)]
    public void Decompose_Switch_AgreesWithOurOwn(int n)
    {
        if (!OpenBlas.IsInstalled)
            Assert.Inconclusive("OpenBLAS is not installed.");
        double[] matrix = Symmetric(n), expected = new double[n], values = new double[n], alone = new double[n];
        var vectors = new double[n * n];
        new SymmetricEigen(n).Decompose(matrix, expected, new double[n * n]);
        try
        {
            AppContext.SetSwitch(OpenBlas.Switch, true);
            var eigen = new SymmetricEigen(n);
            eigen.Decompose(matrix, values, vectors);
            eigen.Values(matrix, alone);
        }
        finally
        {
            AppContext.SetSwitch(OpenBlas.Switch, false);
        }
        for (int i = 0; i < n; i++)
        {
            Assert.AreEqual(expected[i], values[i], 1e-12 * n);
            Assert.AreEqual(expected[i], alone[i], 1e-12 * n);
            for (int row = 0; row < n; row++)
            {
                double product = 0;
                for (int column = 0; column < n; column++)
                    product += matrix[row * n + column] * vectors[i * n + column];
                Assert.AreEqual(values[i] * vectors[i * n + row], product, 1e-12 * n);
            }
        }
    }

    [TestMethod]
    public void Find_NoSuchLibrary_SaysWhatToDo()
    {
        var e = Assert.ThrowsExactly<DllNotFoundException>(() => OpenBlas.Find(["libno-such-blas.so.7"]));
        StringAssert.Contains(e.Message, OpenBlas.Switch);
        StringAssert.Contains(e.Message, "libno-such-blas.so.7");
        StringAssert.Contains(e.Message, "install it");
    }

    [TestMethod]
    public void IsWanted_NobodyAsked_IsFalse() => Assert.IsFalse(OpenBlas.IsWanted);

    private static double[] Symmetric(int n)
    {
        var random = new RandomStream(4, "openblas");
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
                matrix[i * n + j] = matrix[j * n + i] = random.NextNormal();
        return matrix;
    }
}
