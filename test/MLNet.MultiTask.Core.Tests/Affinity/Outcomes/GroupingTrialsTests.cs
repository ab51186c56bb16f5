using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class GroupingTrialsTests
{
    [TestMethod]
    public void Choose_ClearlyBetterProposal_IsTaken()
    {
        (int choice, double error) = GroupingTrials.Choose([[0.50, 0.52], [0.40, 0.42], [0.47, 0.48]]);
        Assert.AreEqual(1, choice);
        // Residuals after means of rows and columns: ±1/600, ±1/600, ±1/300, so Σ² = 2·(1 + 1 + 4)/600², 2 degrees.
        Assert.AreEqual(Math.Sqrt(12.0 / 360_000 / 2), error, 1e-12);
    }

    [TestMethod]
    public void Choose_ProposalsThatChangePlaces_TheFirstIsTaken() =>
        Assert.AreEqual(0, GroupingTrials.Choose([[0.50, 0.44], [0.44, 0.49], [0.46, 0.46]]).Choice);

    [TestMethod]
    public void Score_WeightedTasks_IsTheWeightedMeanOverThePartition()
    {
        double[][] scores = GroupingTrials.Score([[[0, 2], [1]], [[0, 1, 2]]], 2,
            (group, draw) => [.. group.Select(t => t + 10.0 * group.Length + draw)], [1, 1, 2]);
        Assert.AreEqual((20 + 2 * 22 + 11) / 4.0, scores[0][0], 1e-12);
        Assert.AreEqual((31 + 32 + 2 * 33) / 4.0, scores[1][1], 1e-12);
    }

    [TestMethod]
    public void Propose_PlantedBlocks_AreFoundWithinASample()
    {
        var affinity = new TaskAffinity([.. Enumerable.Range(0, 12).Select(t => $"t{t}")],
            [.. Enumerable.Range(0, 144).Select(p => p / 12 % 3 == p % 12 % 3 ? 1.0 : -0.2 - 0.01 * (p % 5))], "planted");
        int[][] groups = GroupingTrials.Propose(affinity, [.. Enumerable.Range(0, 12)]);
        CollectionAssert.AreEquivalent(new[] { "0,3,6,9", "1,4,7,10", "2,5,8,11" },
            groups.Select(GroupingTrials.Key).ToArray());
        Assert.HasCount(60, GroupingTrials.Tasks(500, 1));
    }

    [TestMethod]
    public void DensityPartition_RandomAffinities_NoSingleMoveIsDenser()
    {
        var stream = new RandomStream(3, "density");
        double[] values = [.. Enumerable.Range(0, 81).Select(_ => stream.NextNormal())];
        for (int t = 0; t < 9; t++)
            values[t * 10] = 0;
        var affinity = new TaskAffinity([.. Enumerable.Range(0, 9).Select(t => $"t{t}")], values, "random");
        int[][] groups = DensityPartition.Of(affinity, 3);
        int[] of = new int[9];
        for (int g = 0; g < 3; g++)
            foreach (int t in groups[g])
                of[t] = g;
        double best = DensityObjective.Value(affinity, TaskGrouping.FromAssignment(of));
        for (int t = 0; t < 9; t++)
            for (int g = 0; g < 3; g++)
                if (groups[of[t]].Length > 1)
                {
                    int[] moved = [.. of];
                    moved[t] = g;
                    Assert.IsTrue(DensityObjective.Value(affinity, TaskGrouping.FromAssignment(moved)) <= best + 1e-9);
                }
    }
}
