using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class SubsetTruthTests
{
    private static readonly int[][] s_subsets = [[0, 1, 2], [1, 2, 3], [0, 3], [0, 1, 2, 3]];

    [TestMethod]
    [DataRow(1)]
    [DataRow(20)]
    public void Probe_AnyLimit_LossesAreThoseOfFineTuningForTheEpochsFound(int most)
    {
        TaskTable table = AffinityFixture.Mixed(300);
        RowSplit split = RowSplit.Random(300, 0.3, 1);
        TrainingOptions training = new() { Hidden = [12, 8], MaxEpochs = 6, Patience = null, LearningRate = 0.01f };
        var network = NetworkTrainer.Train(table, split, [0, 1, 2, 3], training).Network;
        var truth = new SubsetTruth(table, split, s_subsets, training, 3, 2, CancellationToken.None);

        (int epochs, double[][] losses, double flops) = truth.Probe(network, most);

        RealRuns real = truth.FineTuned([network], epochs, 1);
        Assert.IsTrue(epochs >= Math.Min(2, most) && epochs <= most, $"{epochs} epochs");
        for (int s = 0; s < s_subsets.Length; s++)
            CollectionAssert.AreEqual(real.Mean[s], losses[s]);
        Assert.IsTrue(flops >= real.TotalFlops, $"{flops} operations, {real.TotalFlops} for the epochs found");
    }
}
