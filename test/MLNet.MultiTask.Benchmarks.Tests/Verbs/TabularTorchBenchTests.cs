using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class TabularTorchBenchTests
{
    [TestMethod]
    public void HandOutputs_SameNumbers_AreTheNetworks()
    {
        if (TabularTorchBench.Missing is { } reason)
            Assert.Inconclusive(reason);
        using var bench = new TabularTorchBench(6, 1);
        const int rows = 40;
        float[] raw = new float[rows * 14], features = [.. Enumerable.Range(0, rows)
            .SelectMany(r => bench.Table.FeatureRow(r).ToArray())];
        bench.Start.Score(features, rows, [], raw);
        float[] hand = bench.HandOutputs(rows);
        for (int i = 0; i < raw.Length; i++)
            Assert.AreEqual(raw[i], hand[i], 1e-3f * (1 + Math.Abs(raw[i])), $"output {i}");
        bench.HandStep(0);
        CollectionAssert.AreNotEqual(hand, bench.HandOutputs(rows), "a step changes the outputs");
    }
}
