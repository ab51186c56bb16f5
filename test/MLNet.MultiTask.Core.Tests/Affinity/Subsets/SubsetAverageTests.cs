using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class SubsetAverageTests
{
    private static readonly int[][] s_subsets = [[0, 1], [0, 2], [1, 2], [0, 1, 2]];
    private static readonly double[][] s_losses = [[1.0, 4.0], [3.0, 5.0], [2.0, 7.0], [2.0, 3.0, 6.0]];

    [TestMethod]
    public void ToAffinity_LossUnits_IsTheMeanGainOfTheSubsetsHoldingThePair()
    {
        TaskAffinity affinity = SubsetAverage.ToAffinity(["a", "b", "c"], s_subsets, s_losses, "m", standardize: false);
        // Task a: losses 1 (with b), 3 (with c), 2 (with both); mean 2.
        Assert.AreEqual(((2 - 1) + (2 - 2)) / 2.0, affinity[0, 1], 1e-12);
        Assert.AreEqual(((2 - 3) + (2 - 2)) / 2.0, affinity[0, 2], 1e-12);
        Assert.AreEqual(0, affinity[1, 1]);
        Assert.AreEqual(2, affinity.PairCounts![0 * 3 + 1]);
        // Gains 1 and 0: sample standard deviation √½, standard error ½.
        Assert.AreEqual(0.5, affinity.StandardErrors![0 * 3 + 1], 1e-12);
    }

    [TestMethod]
    public void ToAffinity_Standardized_DoesNotDependOnATasksScale()
    {
        double[][] scaled =
            [.. s_losses.Select((l, s) => l.Select((v, k) => s_subsets[s][k] == 0 ? 100 * v + 5 : v).ToArray())];
        TaskAffinity one = SubsetAverage.ToAffinity(["a", "b", "c"], s_subsets, s_losses, "m");
        TaskAffinity other = SubsetAverage.ToAffinity(["a", "b", "c"], s_subsets, scaled, "m");
        for (int p = 0; p < 9; p++)
            Assert.AreEqual(one.Values[p], other.Values[p], 1e-9);
    }

    [TestMethod]
    public void ToAffinity_LossThatNeverChanges_IsAZeroRow()
    {
        TaskAffinity affinity = SubsetAverage.ToAffinity(["a", "b", "c"], s_subsets,
            [[1.0, 4.0], [1.0, 5.0], [2.0, 7.0], [1.0, 3.0, 6.0]], "m");
        Assert.AreEqual(0, affinity[0, 1]);
        Assert.AreEqual(0, affinity[0, 2]);
    }
}
