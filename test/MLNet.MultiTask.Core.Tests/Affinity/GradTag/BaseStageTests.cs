using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>Stages of the base networks on planted groups that a finished network does not show.</summary>
[TestClass]
public sealed class BaseStageTests
{
    private static readonly (TaskTable Table, TaskGrouping Planted) s_data =
        MultiTabBench.Generate(new() { Rows = 500, Seed = 3 });
    private static readonly RowSplit s_split = RowSplit.Random(500, 0.25, 1);
    private static readonly GradTagOptions s_options = new() { Bases = 4, Evaluation = SubsetEvaluation.Quadratic };

    [TestMethod]
    [DataRow(BaseStage.Early)]
    [DataRow(BaseStage.Automatic)]
    public void Estimate_EarlyStages_FindThePlantedGroups(BaseStage stage)
    {
        TaskAffinity affinity = new GradTagAffinity(s_options with { Stage = stage }).Estimate(s_data.Table, s_split);
        Assert.AreEqual(1, Recovery(affinity), $"found {Grouping(affinity)}");
        Assert.IsEmpty(affinity.Warnings);
        Assert.IsTrue(affinity.Diagnostics["baseEpochs"] is > 5 and < 40,
            $"taken after {affinity.Diagnostics["baseEpochs"]} epochs");
        if (stage != BaseStage.Automatic)
            return;
        Assert.AreEqual(50, affinity.Diagnostics["stageProbes"]);
        Assert.IsTrue(affinity.Diagnostics["stageCorrelation"] > 2 * affinity.Diagnostics["stageStandardError"]);
        Assert.IsTrue(affinity.Diagnostics["stageCeiling"] is > 0.5 and <= 1);
        Assert.IsTrue(affinity.Diagnostics["stageEstimateWeight"] > 0);
        Assert.IsTrue(affinity.Diagnostics["stageCost"] is > 0.04 and < 0.08,
            $"costs {affinity.Diagnostics["stageCost"]} of retraining 2,500 subsets");
    }

    [TestMethod]
    public void Estimate_BestValidation_MissesThePlantedGroupsAndWarns()
    {
        TaskAffinity affinity = new GradTagAffinity(s_options).Estimate(s_data.Table, s_split);
        Assert.IsTrue(Recovery(affinity) < 0.5, $"found {Grouping(affinity)}");
        Assert.IsTrue(affinity.Diagnostics["stageAgreement"] < 0,
            $"agreement {affinity.Diagnostics["stageAgreement"]}");
        StringAssert.Contains(affinity.Warnings.Single(), "An early and the best stage of training disagree");
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(21UL)]
    [DataRow(22UL)]
    [DataRow(23UL)]
    public void Estimate_AutomaticStageWhereLabelsMislead_FindsThePlantedGroups(ulong seed)
    {
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(new() { LabelsMislead = true, Seed = seed });
        TaskAffinity affinity = new GradTagAffinity(s_options with { Stage = BaseStage.Automatic })
            .Estimate(table, RowSplit.Random(table.RowCount, 0.25, 1));
        Assert.AreEqual(planted, Grouping(affinity));
    }

    [TestMethod]
    public void Estimate_AnyNumberOfThreads_SameBits()
    {
        (TaskTable table, _) =
            MultiTabBench.Generate(new() { Rows = 300, Features = 16, GroupSizes = [3, 3], Noise = 1, Seed = 2 });
        var options = new GradTagOptions
        {
            Bases = 2,
            Stage = BaseStage.Automatic,
            StageProbes = 10,
            Training = new() { Hidden = [16], LearningRate = 3e-3f, MaxEpochs = 30, Patience = 8 },
        };
        RowSplit split = RowSplit.Random(300, 0.3, 1);
        TaskAffinity one = new GradTagAffinity(options with { Threads = 1 }).Estimate(table, split);
        TaskAffinity four = new GradTagAffinity(options with { Threads = 4 }).Estimate(table, split);
        CollectionAssert.AreEqual(one.Values.ToArray(), four.Values.ToArray());
        CollectionAssert.AreEqual(one.PredictGroup!([0, 3, 4]), four.PredictGroup!([0, 3, 4]));
    }

    private static TaskGrouping Grouping(TaskAffinity affinity) =>
        new SdpGroupingSolver(new() { GroupCount = 3 }).Solve(affinity).Grouping;

    private static double Recovery(TaskAffinity affinity) => AdjustedRandIndex.Of(Grouping(affinity), s_data.Planted);
}
