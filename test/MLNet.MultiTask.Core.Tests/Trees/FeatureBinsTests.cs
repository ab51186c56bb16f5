using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Tests.Trees;

[TestClass]
public class FeatureBinsTests
{
    [TestMethod]
    public void Of_FewValues_OneBinEach()
    {
        FeatureBins bins = FeatureBins.Of([3, 1, float.NaN, 1, 2, 3], 255);
        CollectionAssert.AreEqual(new[] { 1.5f, 2.5f }, bins.Edges);
        Assert.AreEqual(3, bins.Missing);
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 2, 2, 3 },
            new[] { -9f, 1.5f, 2f, 2.6f, 1e9f, float.NaN }.Select(bins.Bin).ToArray());
    }

    [TestMethod]
    public void Of_ManyValues_BinsOfEqualWeight()
    {
        float[] values = [.. Enumerable.Range(0, 10_000).Select(i => MathF.Sqrt(i))];
        FeatureBins bins = FeatureBins.Of([.. values], 100);
        Assert.AreEqual(100, bins.Count);
        int[] counts = [.. values.GroupBy(bins.Bin).OrderBy(g => g.Key).Select(g => g.Count())];
        Assert.IsTrue(counts.All(c => c == 100));
    }

    [TestMethod]
    public void Of_OneHeavyValue_HasABinOfItsOwn()
    {
        float[] values = [.. Enumerable.Repeat(0f, 900), .. Enumerable.Range(1, 500).Select(i => (float)i)];
        FeatureBins bins = FeatureBins.Of([.. values], 50);
        Assert.AreEqual(0, bins.Bin(0));
        Assert.AreEqual(1, bins.Bin(1));
        Assert.IsGreaterThan(45, bins.Count);
    }

    [TestMethod]
    public void Of_NeighbouringFloats_TellsThemApart()
    {
        float high = MathF.BitIncrement(1f);
        FeatureBins bins = FeatureBins.Of([1f, high], 255);
        Assert.AreEqual(0, bins.Bin(1f));
        Assert.AreEqual(1, bins.Bin(high));
    }

    [TestMethod]
    public void Of_NothingButMissing_OneBinOfValues()
    {
        FeatureBins bins = FeatureBins.Of([float.NaN, float.NaN], 255);
        Assert.AreEqual(1, bins.Count);
        Assert.AreEqual(1, bins.Bin(float.NaN));
    }
}
