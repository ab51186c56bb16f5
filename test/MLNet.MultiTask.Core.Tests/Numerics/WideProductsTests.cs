using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class WideProductsTests
{
    [TestMethod]
    [DataRow(0), DataRow(5), DataRow(8), DataRow(19)]
    public void Dot_AnyLength_AgreesWithPlainSums(int n)
    {
        float[] x = [.. Enumerable.Range(0, n).Select(i => MathF.Sin(i))];
        double[] w = [.. Enumerable.Range(0, n).Select(i => Math.Cos(i))], y = [.. w];
        Assert.AreEqual(x.Zip(w, (a, b) => a * b).Sum(), WideProducts.Dot(x, w), 1e-12);
        WideProducts.AddScaled(0.3, x, y);
        for (int i = 0; i < n; i++)
            Assert.AreEqual(w[i] + 0.3 * x[i], y[i], 1e-15);
    }
}
