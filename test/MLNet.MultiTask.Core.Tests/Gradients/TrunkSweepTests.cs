using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Tests.Affinity;

namespace MLNet.MultiTask.Tests.Gradients;

[TestClass]
public sealed class TrunkSweepTests
{
    private static readonly int[] s_batch = [.. Enumerable.Range(0, 300).Select(i => i * 7 % 400)];

    [TestMethod]
    public void BatchGradient_MoreRowsThanAtOnce_IsTheSharedSumOfTheTasksGradients()
    {
        (TrunkSweep sweep, TrunkVectors tasks) = Batch();
        double[] shares = [0.1, 0.2, 0.3, 0.4];
        TrunkVectors gradient = sweep.BatchGradient(s_batch, shares);
        for (int b = 0; b < gradient.Blocks.Length; b++)
            for (int i = 0; i < gradient.Blocks[b].Length; i++)
                Assert.AreEqual(shares.Select((share, t) => share * tasks.Vector(b, t)[i]).Sum(),
                    gradient.Blocks[b][i], 1e-5);
    }

    [TestMethod]
    public void BatchMoments_MoreRowsThanAtOnce_AreProductsOfTheScaledGradients()
    {
        (TrunkSweep sweep, TrunkVectors tasks) = Batch();
        TrunkVectors scale = AffinityFixture.RandomVectors(sweep.Shape, 1);
        double[] moments = sweep.BatchMoments(s_batch, scale);
        for (int s = 0; s < 4; s++)
            for (int t = 0; t < 4; t++)
            {
                double expected = Enumerable.Range(0, tasks.Blocks.Length).Sum(b => scale.Blocks[b].Select((v, i) =>
                    (double)v * v * tasks.Vector(b, s)[i] * tasks.Vector(b, t)[i]).Sum());
                Assert.AreEqual(expected, moments[s * 4 + t], 1e-5);
            }
    }

    private static (TrunkSweep Sweep, TrunkVectors TaskGradients) Batch()
    {
        TaskTable table = AffinityFixture.Mixed(400);
        TrunkSweep sweep = AffinityFixture.Sweep(AffinityFixture.Network(table, 9, 5), table);
        return (sweep, KrylovBasis.TaskGradients(sweep.Of(s_batch), table.TotalWeights(s_batch)));
    }
}
