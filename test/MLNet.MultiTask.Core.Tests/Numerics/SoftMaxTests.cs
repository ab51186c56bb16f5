using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed class SoftMaxTests
{
    [TestMethod]
    public void Replace_SmallNumbers_IsTheQuotientOfExponentials()
    {
        double[] z = [0.3, -1.2, 2], shares = [.. z];
        SoftMax.Replace(shares);
        for (int i = 0; i < z.Length; i++)
            Assert.AreEqual(Math.Exp(z[i]) / z.Sum(Math.Exp), shares[i], 1e-15);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(5_000)]
    [DataRow(-5_000)]
    public void Replace_NumbersFarFromZero_HasTheSameShares(double offset)
    {
        double[] shares = [offset, offset + 1, offset - 2_000];
        SoftMax.Replace(shares);
        Assert.AreEqual(1 / (1 + Math.E), shares[0], 1e-12);
        Assert.AreEqual(Math.E / (1 + Math.E), shares[1], 1e-12);
        Assert.AreEqual(0, shares[2]);
    }
}
