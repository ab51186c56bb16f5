using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Affinity.GradTag;

[TestClass]
public sealed class AdaptiveGradTagAffinityTests
{
    private static readonly GradTagOptions s_quick = new()
    {
        Stage = BaseStage.BestValidation,
        Bases = 1,
        Subsets = 0,
        PairCoverage = 2,
        Lambda = 100,
        Training = new() { Hidden = [12], MaxEpochs = 4, Patience = null },
        Evaluation = SubsetEvaluation.Quadratic,
    };

    [TestMethod]
    public void Estimate_PlantedGroups_AgreesWithItsSubsetsAveragedAtOnceAndNeedsFewerThanAll()
    {
        (TaskTable table, _) = MultiTabBench.Generate(new() { Rows = 400, GroupSizes = [4, 4, 4], Seed = 2 });
        RowSplit split = RowSplit.Random(table.RowCount, 0.25, 1);
        var estimator = new AdaptiveGradTagAffinity(s_quick, SdpGroupingSolver.WithoutBound,
            new() { GroupCounts = [2, 3] });
        TaskAffinity affinity = estimator.Estimate(table, split);
        Assert.AreEqual(1, affinity.Diagnostics["settled"]);
        double rounds = affinity.Diagnostics["rounds"], subsets = affinity.Diagnostics["subsets"];
        Assert.IsTrue(rounds >= 3 && subsets < 495, $"{rounds} rounds, {subsets} subsets");
        Assert.IsTrue(affinity.Diagnostics["minimumPairCount"] >= 2 * rounds);

        // Rounds cover every pair 2, 2, 2, 3, 4, 6, … times: each half as often as all before it.
        var sampler = new CoveringSubsets(12, 4, s_quick.Seed);
        int covered = 0;
        var drawn = new List<int[]>();
        for (int r = 0; r < rounds; r++)
        {
            int coverage = Math.Max(2, covered / 2);
            covered += coverage;
            drawn.AddRange(sampler.Next(coverage, 0));
        }
        TaskAffinity again = SubsetAverage.ToAffinity(affinity.TaskNames, drawn,
            [.. drawn.Select(s => affinity.PredictGroup!(s))], "again");
        CollectionAssert.AreEqual(again.Values.ToArray(), affinity.Values.ToArray());
        CollectionAssert.AreEqual(again.StandardErrors, affinity.StandardErrors);
    }

    [TestMethod]
    public void Estimate_AnyNumberOfThreads_SameBits()
    {
        (TaskTable table, _) = MultiTabBench.Generate(new() { Rows = 300, GroupSizes = [3, 3], Seed = 2 });
        RowSplit split = RowSplit.Random(table.RowCount, 0.25, 1);
        double[] Values(int threads) =>
            [.. new AdaptiveGradTagAffinity(s_quick with { Threads = threads }, SdpGroupingSolver.WithoutBound)
                .Estimate(table, split).Values];
        CollectionAssert.AreEqual(Values(1), Values(4));
    }

    [TestMethod]
    public void Estimate_ThreeTasks_TakesAllSubsetsAsOneRound()
    {
        (TaskTable table, _) = MultiTabBench.Generate(new() { Rows = 200, GroupSizes = [2, 1], Seed = 2 });
        RowSplit split = RowSplit.Random(table.RowCount, 0.25, 1);
        TaskAffinity affinity = new AdaptiveGradTagAffinity(s_quick, SdpGroupingSolver.WithoutBound)
            .Estimate(table, split);
        Assert.AreEqual((1.0, 7.0), (affinity.Diagnostics["rounds"], affinity.Diagnostics["subsets"]));
        CollectionAssert.AreEqual(new GradTagAffinity(s_quick).Estimate(table, split).Values.ToArray(),
            affinity.Values.ToArray());
    }
}
