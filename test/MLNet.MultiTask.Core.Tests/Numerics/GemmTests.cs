using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed class GemmTests
{
    private static readonly int[] Sizes = [1, 5, 6, 8, 15, 16, 17, 33, 100];

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void Multiply_AnySizesAndStrides_EqualsDefinition(bool transposeA, bool transposeB)
    {
        var random = new RandomStream(7, "gemm");
        foreach (int m in Sizes)
            foreach (int n in Sizes)
                foreach (int k in new[] { 0, 1, 7, 16, 300 })
                    foreach (bool accumulate in new[] { false, true })
                        Check(ref random, transposeA, transposeB, m, n, k, accumulate);
    }

    [TestMethod]
    public void Multiply_AnyThreads_SameBits()
    {
        const int m = 130, n = 530, k = 520;
        var random = new RandomStream(3, "gemm");
        float[] a = Values(ref random, m * k), b = Values(ref random, k * n);
        float[] expected = new float[m * n], tall = new float[m * n];
        Gemm.Multiply(false, false, m, n, k, a, k, b, n, expected, n);
        Gemm.Multiply(true, true, n, m, k, b, n, a, k, tall, m);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            float[] c = new float[m * n], t = new float[m * n];
            Gemm.Multiply(false, false, m, n, k, a, k, b, n, c, n, threads: threads);
            Gemm.Multiply(true, true, n, m, k, b, n, a, k, t, m, threads: threads);
            CollectionAssert.AreEqual(expected, c);
            CollectionAssert.AreEqual(tall, t);
        }
    }

    [TestMethod]
    public void Multiply_TooShortSpan_IsRefused()
    {
        var values = new float[10];
        Assert.ThrowsExactly<ArgumentException>(() =>
            Gemm.Multiply(false, false, 3, 4, 2, values, 2, values, 4, values, 4));
        Assert.ThrowsExactly<ArgumentException>(() =>
            Gemm.Multiply(false, false, 2, 2, 2, values, 1, values, 2, values, 2));
    }

    private static void Check(ref RandomStream random, bool transposeA, bool transposeB, int m, int n, int k,
        bool accumulate)
    {
        int lda = (transposeA ? m : k) + 3, ldb = (transposeB ? k : n) + 1, ldc = n + 2;
        float[] a = Values(ref random, (transposeA ? k : m) * lda), b = Values(ref random, (transposeB ? n : k) * ldb);
        float[] before = Values(ref random, m * ldc), c = [.. before];
        Gemm.Multiply(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc, accumulate);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < ldc; j++)
            {
                double expected = j >= n || accumulate ? before[i * ldc + j] : 0;
                for (int l = 0; l < k && j < n; l++)
                    expected += (double)a[transposeA ? l * lda + i : i * lda + l]
                        * b[transposeB ? j * ldb + l : l * ldb + j];
                Assert.AreEqual(expected, c[i * ldc + j], 1e-5 * (1 + k), $"({i}, {j}) of {m}×{n}×{k}");
            }
    }

    private static float[] Values(ref RandomStream random, int count)
    {
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = 2 * random.NextSingle() - 1;
        return values;
    }
}
