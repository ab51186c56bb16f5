using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class TrunkChunkTests
{
    [TestMethod]
    [DataRow(new[] { 7 }, false)]
    [DataRow(new[] { 9, 5 }, false)]
    [DataRow(new[] { 8, 6, 4 }, false)]
    [DataRow(new[] { 7 }, true)]
    [DataRow(new[] { 11, 6, 5 }, true)]
    [DataRow(new[] { 9, 5 }, false, true)]
    public void Features_MixedTasks_EqualFiniteDifferencesOfTheOutput(int[] hidden, bool layerNorm,
        bool linearSkip = false)
    {
        TaskTable table = AffinityFixture.Mixed();
        var network = AffinityFixture.Network(table, layerNorm, linearSkip, hidden);
        TrunkVectors vectors = AffinityFixture.RandomVectors(network.Shape, 3);
        var chunk = new TrunkChunk(network, table, 50);
        chunk.Load(AffinityFixture.AllRows(table));
        var features = new float[chunk.PairCount * 3];
        chunk.Features(vectors, features);

        const double h = 1e-6;
        for (int row = 0; row < table.RowCount; row++)
            for (int p = chunk.PairStart[row]; p < chunk.PairStart[row + 1]; p++)
                for (int k = 0; k < 3; k++)
                {
                    double up = ReferenceNetwork.Value(network, AffinityFixture.Moved(network, vectors, k, h), table,
                        row, chunk.PairTask[p]);
                    double down = ReferenceNetwork.Value(network, AffinityFixture.Moved(network, vectors, k, -h), table,
                        row, chunk.PairTask[p]);
                    Assert.AreEqual((up - down) / (2 * h), features[p * 3 + k], 2e-4,
                        $"row {row}, task {chunk.PairTask[p]}, direction {k}");
                }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    [DataRow(true, true)]
    public void Load_MissingLabels_LossesEqualTheTextbookFormulas(bool layerNorm, bool linearSkip = false)
    {
        TaskTable table = AffinityFixture.Mixed();
        var network = AffinityFixture.Network(table, layerNorm, linearSkip, 9, 5);
        double[] parameters = ReferenceNetwork.Parameters(network);
        var chunk = new TrunkChunk(network, table, 64);
        chunk.Load(AffinityFixture.AllRows(table));

        for (int row = 0; row < table.RowCount; row++)
        {
            int[] observed = [.. Enumerable.Range(0, 4).Where(t => table.IsObserved(row, t))];
            CollectionAssert.AreEqual(observed, chunk.PairTask[chunk.PairStart[row]..chunk.PairStart[row + 1]]);
            for (int i = 0; i < observed.Length; i++)
            {
                int p = chunk.PairStart[row] + i;
                Assert.AreEqual(ReferenceNetwork.Loss(network, parameters, table, row, observed[i]),
                    chunk.Pairs[p].Loss, 1e-5);
                Assert.AreEqual(table.Weight(row, observed[i]), chunk.Weights[p]);
            }
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Pull_RandomSignals_IsTheTransposeOfFeatures(bool layerNorm)
    {
        TaskTable table = AffinityFixture.Mixed();
        var network = AffinityFixture.Network(table, layerNorm, 9, 5);
        TrunkVectors vectors = AffinityFixture.RandomVectors(network.Shape, 2);
        var chunk = new TrunkChunk(network, table, 64);
        chunk.Load(AffinityFixture.AllRows(table));
        var features = new float[chunk.PairCount * 2];
        chunk.Features(vectors, features);
        var random = new RandomStream(11, "signals");
        var signals = new float[chunk.PairCount * 3];
        for (int i = 0; i < signals.Length; i++)
            signals[i] = (float)random.NextNormal();
        var pulled = new TrunkVectors(network.Shape, 3);
        chunk.Pull(signals, pulled);

        for (int v = 0; v < 2; v++)
            for (int k = 0; k < 3; k++)
            {
                double inner = 0, expected = 0;
                for (int b = 0; b < pulled.Blocks.Length; b++)
                    for (int i = 0; i < pulled.Vector(b, k).Length; i++)
                        inner += (double)pulled.Vector(b, k)[i] * vectors.Vector(b, v)[i];
                for (int p = 0; p < chunk.PairCount; p++)
                    expected += (double)signals[p * 3 + k] * features[p * 2 + v];
                Assert.AreEqual(expected, inner, 1e-3);
            }
    }
}
