using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class HeadGeometryTests
{
    private static readonly TaskTable s_table = AffinityFixture.Mixed(400);
    private static readonly SharedBottomNetwork s_network = AffinityFixture.Network(s_table, 9, 5);

    // Many random batches, taken one by one: the root mean square of their gradients is what AdamW divides by.
    [TestMethod]
    public void Measure_MixedTasks_IsTheRootMeanSquareOfMiniBatchGradients()
    {
        const int batchSize = 40, batches = 3000;
        TrunkSweep sweep = AffinityFixture.Sweep(s_network, s_table);
        HeadGeometry geometry =
            HeadGeometry.Measure(sweep, new ObservedRows(s_table, AffinityFixture.AllRows(s_table)), batchSize, 0);
        var random = new RandomStream(1, "batches");
        var chunk = new TrunkChunk(s_network, s_table, batchSize);
        for (int t = 0; t < 4; t++)
        {
            double[] squares = new double[geometry.Scale[t].Length];
            var features = new float[squares.Length];
            for (int b = 0; b < batches; b++)
            {
                // With replacement: gradients of rows are then independent, as the formula takes them.
                int[] rows =
                    [.. Enumerable.Range(0, batchSize).Select(_ => (int)(random.NextDouble() * s_table.RowCount))];
                chunk.Load(rows);
                double[] sum = new double[squares.Length];
                double weight = 0;
                for (int r = 0; r < batchSize; r++)
                    for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                    {
                        if (chunk.PairTask[p] != t)
                            continue;
                        chunk.HeadFeatures(r, p, features);
                        weight += chunk.Weights[p];
                        for (int i = 0; i < sum.Length; i++)
                            sum[i] += chunk.Weights[p] * chunk.Pairs[p].Slope * features[i];
                    }
                for (int i = 0; i < sum.Length; i++)
                    squares[i] += sum[i] / weight * (sum[i] / weight) / batches;
            }
            for (int i = 0; i < squares.Length; i++)
                if (squares[i] > 0)
                    Assert.AreEqual(Math.Sqrt(squares[i]), 1 / (geometry.Scale[t][i] * geometry.Scale[t][i]),
                        0.12 * Math.Sqrt(squares[i]), $"task {t}, parameter {i}");
        }
    }

    [TestMethod]
    public void RelativeSize_TaskAloneInItsRows_FallsAsABatchHoldsMoreOfThem()
    {
        // Two tasks with rows of their own: in the company of fewer rows a batch holds more of the task's.
        const int rows = 400;
        float[] labels = [.. Enumerable.Range(0, rows).SelectMany(r =>
            new[] { r < 200 ? s_table.FeatureRow(r)[0] : float.NaN, r < 200 ? float.NaN : s_table.FeatureRow(r)[1] })];
        var table = new TaskTable(s_table.Features,
            [new("p", TaskKind.Regression), new("q", TaskKind.Regression)], labels);
        SharedBottomNetwork network = AffinityFixture.Network(table, 9, 5);
        HeadGeometry geometry = HeadGeometry.Measure(AffinityFixture.Sweep(network, table),
            new ObservedRows(table, AffinityFixture.AllRows(table)), 40, 0.1f);
        Assert.AreEqual(1, geometry.RelativeSize(0, 400), 1e-12);
        double alone = geometry.RelativeSize(0, 200);
        Assert.IsTrue(alone < 1 && alone > Math.Sqrt(0.5), $"{alone}");
    }
}
