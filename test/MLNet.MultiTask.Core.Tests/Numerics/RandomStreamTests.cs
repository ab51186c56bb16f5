namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class RandomStreamTests
{
    [TestMethod]
    public void NextUInt64_FromState0_IsSplitMix64()
    {
        // First outputs of the reference splitmix64.c with state 0.
        var stream = new RandomStream(0UL);
        Assert.AreEqual(0xE220A8397B1DCDAFUL, stream.NextUInt64());
        Assert.AreEqual(0x6E789E6AA1B965F4UL, stream.NextUInt64());
        Assert.AreEqual(0x06C45D188009454FUL, stream.NextUInt64());
    }

    [TestMethod]
    public void Constructor_SeedPurposeOrIndex_EachOpensAnotherStream()
    {
        var first = new HashSet<ulong>();
        foreach (ulong seed in new ulong[] { 0, 1, 2 })
            foreach (string purpose in new[] { "", "init", "inti", "shuffle" })
                for (long index = 0; index < 3; index++)
                    Assert.IsTrue(first.Add(new RandomStream(seed, purpose, index).NextUInt64()));
    }

    [TestMethod]
    public void State_Restored_ContinuesTheStream()
    {
        var stream = new RandomStream(7, "x");
        stream.NextUInt64();
        var resumed = new RandomStream(stream.State);
        Assert.AreEqual(stream.NextUInt64(), resumed.NextUInt64());
    }

    [TestMethod]
    public void NextNormal_ManyDraws_HaveMean0AndVariance1()
    {
        var stream = new RandomStream(1, "normal");
        double sum = 0, squares = 0, fourths = 0;
        const int N = 200_000;
        for (int i = 0; i < N; i++)
        {
            double x = stream.NextNormal();
            (sum, squares, fourths) = (sum + x, squares + x * x, fourths + x * x * x * x);
        }
        // Five standard errors: 1/√N, √2/√N, √96/√N.
        Assert.AreEqual(0, sum / N, 5 / Math.Sqrt(N));
        Assert.AreEqual(1, squares / N, 5 * Math.Sqrt(2.0 / N));
        Assert.AreEqual(3, fourths / N, 5 * Math.Sqrt(96.0 / N));
    }

    [TestMethod]
    public void NextInt32_ManyDraws_AreUniform()
    {
        var stream = new RandomStream(1, "dice");
        var counts = new int[6];
        for (int i = 0; i < 60_000; i++)
            counts[stream.NextInt32(6)]++;
        double chiSquare = counts.Sum(c => (c - 10_000.0) * (c - 10_000.0) / 10_000);
        Assert.IsLessThan(20.5, chiSquare, "χ² with 5 degrees of freedom, p = 0.001");
    }

    [TestMethod]
    public void Shuffle_ThreeValues_GivesEachOrderEquallyOften()
    {
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < 6_000; i++)
        {
            string order = string.Concat(new RandomStream(5, "shuffle", i).Permutation(3));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.HasCount(6, counts);
        Assert.IsLessThan(20.5, counts.Values.Sum(c => (c - 1000.0) * (c - 1000.0) / 1000));
    }
}
