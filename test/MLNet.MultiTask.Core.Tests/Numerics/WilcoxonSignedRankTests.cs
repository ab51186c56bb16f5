using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed class WilcoxonSignedRankTests
{
    // scipy.stats.wilcoxon(d, alternative="greater", method="exact").pvalue counts the same sign patterns.
    [TestMethod]
    [DataRow(new[] { 1.0, 2, 3, 4, 5 })]
    [DataRow(new[] { -1.0, 2, 3, 4, 5, 6, 7, 8 })]
    [DataRow(new[] { 0.3, -1.2, 2.5, -0.7, 1.9, 3.1 })]
    [DataRow(new[] { -3.0, -1, -2 })]
    public void PositiveTail_FewDifferences_CountsSignPatterns(double[] differences)
    {
        double[] ranks = [.. differences.Select(d => (double)differences.Count(o => Math.Abs(o) <= Math.Abs(d)))];
        double observed = differences.Zip(ranks, (d, r) => d > 0 ? r : 0).Sum();
        int patterns = 1 << differences.Length, asLarge = 0;
        for (int pattern = 0; pattern < patterns; pattern++)
            asLarge += ranks.Where((_, i) => (pattern >> i & 1) == 1).Sum() >= observed ? 1 : 0;
        Assert.AreEqual(asLarge / (double)patterns, WilcoxonSignedRank.PositiveTail(differences), 1e-12);
    }

    [TestMethod]
    public void PositiveTail_ManyDifferences_AgreesWithTheExactCount()
    {
        var random = new RandomStream(1, "wilcoxon");
        double[] d = [.. Enumerable.Range(0, 25).Select(_ => random.NextNormal() + 0.3)];
        double exact = WilcoxonSignedRank.PositiveTail(d);
        // One pair of tied sizes that hardly changes the statistic leads to the normal approximation.
        double[] tied = [.. d, 1e-9, 1e-9];
        Assert.AreEqual(exact, WilcoxonSignedRank.PositiveTail(tied), 0.02);
    }

    [TestMethod]
    public void PositiveTail_NoDifference_IsOne() =>
        Assert.AreEqual(1, WilcoxonSignedRank.PositiveTail([0, 0, double.NaN]));
}
