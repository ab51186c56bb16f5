using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class GroupingTrialsTests
{
    [TestMethod]
    public void Choose_ClearlyBetterProposal_IsTaken()
    {
        (int choice, double error) = Choose([0.50, 0.52], [0.40, 0.42], [0.47, 0.48]);
        Assert.AreEqual(1, choice);
        // Residuals after means of rows and columns: ±1/600, ±1/600, ±1/300, so Σ² = 2·(1 + 1 + 4)/600², 2 degrees.
        Assert.AreEqual(Math.Sqrt(12.0 / 360_000 / 2), error, 1e-12);
    }

    [TestMethod]
    public void Choose_ProposalsThatChangePlaces_TheFirstIsTaken() =>
        Assert.AreEqual(0, Choose([0.50, 0.44], [0.44, 0.49], [0.46, 0.46]).Choice);

    [TestMethod]
    public void Choose_ProposalProposedTwice_TellsNothingOfTheError() => Assert.AreEqual(
        Choose([0.50, 0.52], [0.40, 0.43]).Error, Choose([0.50, 0.52], [0.40, 0.43], [0.50, 0.52]).Error, 1e-12);

    [TestMethod]
    public void Choose_BestByAFewRowsOnly_TheFirstIsTaken()
    {
        double[] even = [.. Enumerable.Repeat(0.4, 8)], lucky = [.. Enumerable.Repeat(0.5, 7), -0.3];
        TrialScore Scored(double[] byFold) => new([byFold.Average(), byFold.Average()],
            [.. byFold.Select(fold => (byFold.Sum() - fold) / 7)]);
        (int choice, double error) = GroupingTrials.Choose([Scored([.. even.Select(v => v + 0.01)]), Scored(lucky)]);
        Assert.AreEqual(0, choice);
        // The variance of a mean: that of its terms by their number.
        double mean = lucky.Average();
        Assert.AreEqual(Math.Sqrt(lucky.Sum(v => (v - mean) * (v - mean)) / 7 / 8), error, 1e-12);
        Assert.AreEqual(1, GroupingTrials.Choose([Scored([.. even.Select(v => v + 0.01)]), Scored(even)]).Choice);
    }

    [TestMethod]
    public void Score_WeightedTasks_IsTheWeightedMeanOverThePartition()
    {
        TrialScore[] scores = GroupingTrials.Score([[[0, 2], [1], [3]], [[0, 1, 2, 3]]], 2, (group, draw) =>
            group is [3] ? throw new InvalidOperationException("A task without weight was asked for")
                : new TrialLosses([.. group.Select(t => t + 10.0 * group.Length + draw)],
                    [[.. group.Select(t => t + 4.0 * draw)]]), [1, 1, 2, 0]);
        Assert.AreEqual((20 + 2 * 22 + 11) / 4.0, scores[0].ByDraw[0], 1e-12);
        Assert.AreEqual((41 + 42 + 2 * 43) / 4.0, scores[1].ByDraw[1], 1e-12);
        Assert.AreEqual((0 + 2 * 2 + 1) / 4.0 + 2, scores[0].Without.Single(), 1e-12);
    }

    [TestMethod]
    public void Propose_PlantedBlocks_AreFoundWithinASample()
    {
        var affinity = new TaskAffinity([.. Enumerable.Range(0, 12).Select(t => $"t{t}")],
            [.. Enumerable.Range(0, 144).Select(p => p / 12 % 3 == p % 12 % 3 ? 1.0 : -0.2 - 0.01 * (p % 5))],
            "planted");
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

    private static (int Choice, double Error) Choose(params double[][] byDraw) =>
        GroupingTrials.Choose([.. byDraw.Select(draws => new TrialScore(draws, []))]);
}
