using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;
using Oracle = MathNet.Numerics.Statistics.Correlation;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class RepresentationSimilarityAffinityTests
{
    private static readonly RepresentationSimilarityOptions s_options =
        new() { Training = new() { Hidden = [10, 6], MaxEpochs = 5 }, Rows = 25 };

    [TestMethod]
    public void Estimate_TwoTasks_IsSpearmanOfPearsonDissimilarities()
    {
        TaskTable table = AffinityFixture.Mixed(120);
        RowSplit split = RowSplit.Random(120, 0.3, 1);
        TaskAffinity affinity = new RepresentationSimilarityAffinity(s_options).Estimate(table, split);
        SharedBottomNetwork[] networks = [.. SingleTaskNetworks.Train(table, split, s_options, CancellationToken.None)
            .Select(run => run.Network)];
        double[] Dissimilarities(SharedBottomNetwork network)
        {
            double[][] h = [.. split.Validation.Take(25).Select(row => Hidden(network, table, row))];
            return [.. Enumerable.Range(0, 25).SelectMany(a => Enumerable.Range(0, a).Select(b => Unlike(h[a], h[b])))];
        }
        Assert.AreEqual(Oracle.Spearman(Dissimilarities(networks[0]), Dissimilarities(networks[2])), affinity[0, 2],
            1e-3);
        Assert.AreEqual(affinity[2, 0], affinity[0, 2]);
    }

    [TestMethod]
    public void Estimate_TooFewValidationRows_SaysHowMany()
    {
        TaskTable table = AffinityFixture.Mixed(40);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            new RepresentationSimilarityAffinity(s_options)
            .Estimate(table, new RowSplit([.. Enumerable.Range(0, 38)], [38, 39]))).Message, "2 validation rows");
    }

    [TestMethod]
    public void Estimate_NoSharedLayer_IsRefused()
    {
        TaskTable table = AffinityFixture.Mixed(40);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new RepresentationSimilarityAffinity(
            s_options with { Training = new() { Hidden = [] } }).Estimate(table, RowSplit.Random(40, 0.3, 1))).Message,
                "at least one shared layer");
    }

    // A row without active unit has no correlation.
    private static double Unlike(double[] x, double[] y) => Oracle.Pearson(x, y) is var r && double.IsNaN(r) ? 1
        : Math.Round(1 - r, 6);

    private static double[] Hidden(SharedBottomNetwork network, TaskTable table, int row)
    {
        double[] a = [.. table.FeatureRow(row).ToArray().Select(x => (double)x)];
        for (int l = 0; l < 2; l++)
        {
            LayerShape layer = network.Shape.Layer(l);
            a = [.. Enumerable.Range(0, layer.Outputs).Select(o => Math.Max(0, network.Parameters[layer.BiasOffset + o]
                + a.Select((v, i) => v * network.Parameters[layer.WeightOffset + o * layer.Inputs + i]).Sum()))];
        }
        return a;
    }
}
