using MLNet.MultiTask.Numerics;
using Oracle = MathNet.Numerics.Statistics.Correlation;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed class CorrelationTests
{
    [TestMethod]
    public void PearsonAndSpearman_RandomColumnsWithTies_AgreeWithMathNet()
    {
        var random = new RandomStream(1, "columns");
        for (int trial = 0; trial < 50; trial++)
        {
            double[] x = new double[30], y = new double[30], w = new double[30];
            for (int i = 0; i < 30; i++)
            {
                x[i] = 1e4 + Math.Round(2 * random.NextNormal());
                y[i] = 0.5 * x[i] + random.NextNormal();
                w[i] = random.NextDouble();
            }
            Assert.AreEqual(Oracle.Pearson(x, y), Correlation.Pearson(x, y), 1e-9);
            Assert.AreEqual(Oracle.Spearman(x, y), Correlation.Spearman(x, y), 1e-9);
            Assert.AreEqual(Oracle.WeightedPearson(x, y, w), Correlation.Pearson(x, y, w), 1e-9);
        }
    }

    [TestMethod]
    public void Pearson_ConstantColumnOrNoEntries_IsZero()
    {
        Assert.AreEqual(0, Correlation.Pearson([0.1, 0.1, 0.1], [1, 2, 3]));
        Assert.AreEqual(0, Correlation.Pearson([], []));
    }

    [TestMethod]
    public void Pearson_UnlikeLengths_SaysWhich() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Correlation.Pearson([1, 2], [1, 2, 3])).Message,
            "2, 3 and 0 entries");
}
