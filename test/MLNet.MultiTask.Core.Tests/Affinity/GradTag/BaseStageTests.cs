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
    public void Estimate_Early_FindsThePlantedGroups()
    {
        TaskAffinity affinity =
            new GradTagAffinity(s_options with { Stage = BaseStage.Early }).Estimate(s_data.Table, s_split);
        Assert.AreEqual(1, Recovery(affinity), $"found {Grouping(affinity)}");
        Assert.IsEmpty(affinity.Warnings);
        Assert.IsTrue(affinity.Diagnostics["baseEpochs"] is > 5 and < 40,
            $"taken after {affinity.Diagnostics["baseEpochs"]} epochs");
    }

    [TestMethod]
    public void Estimate_BestValidation_MissesThePlantedGroupsAndWarns()
    {
        TaskAffinity affinity =
            new GradTagAffinity(s_options with { Stage = BaseStage.BestValidation, Bases = 3 })
                .Estimate(s_data.Table, s_split);
        Assert.IsTrue(Recovery(affinity) < 0.5, $"found {Grouping(affinity)}");
        Assert.IsTrue(affinity.Diagnostics["stageAgreement"] < 0,
            $"agreement {affinity.Diagnostics["stageAgreement"]}");
        StringAssert.Contains(affinity.Warnings.Single(), "An early and the best stage of training disagree");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Estimate_Automatic_FindsThePlantedGroups()
    {
        TaskAffinity affinity = new GradTagAffinity(s_options).Estimate(s_data.Table, s_split);
        Assert.AreEqual(1, Recovery(affinity), $"found {Grouping(affinity)}");
        Assert.IsFalse(affinity.Diagnostics.ContainsKey("roomyWidth"), "the default trunk is wide enough");
    }

    // Networks of eight and four units hardly tell the devices apart: what all that they say adds up to finds nothing.
    [TestMethod]
    public void Estimate_AutomaticNarrowTrunk_FindsThePlantedGroups()
    {
        PlantedBed bed = PermutedDigitsBed.Create(new() { Seed = 3 });
        TaskAffinity affinity = new GradTagAffinity(new() { Training = new() { Hidden = [8, 4] } })
            .Estimate(bed.Table, bed.Split);
        TaskGrouping found = new SdpGroupingSolver(new() { GroupCount = 4 }).Solve(affinity).Grouping;
        Assert.AreEqual(bed.Planted, found);
        Assert.AreEqual(32, affinity.Diagnostics["roomyWidth"]);
    }

    [TestMethod]
    public void Estimate_AutomaticAnyNumberOfThreads_SameBits()
    {
        (TaskTable table, _) =
            MultiTabBench.Generate(new() { Rows = 300, Features = 16, GroupSizes = [4, 3], Noise = 1, Seed = 2 });
        var options = new GradTagOptions
        {
            Bases = 2,
            Probes = 12,
            Subsets = 20,
            Training = new() { Hidden = [16], LearningRate = 3e-3f, MaxEpochs = 20, Patience = 8 },
        };
        RowSplit split = RowSplit.Random(300, 0.3, 1);
        TaskAffinity one = new GradTagAffinity(options with { Threads = 1 }).Estimate(table, split);
        TaskAffinity four = new GradTagAffinity(options with { Threads = 4 }).Estimate(table, split);
        CollectionAssert.AreEqual(one.Values.ToArray(), four.Values.ToArray());
        CollectionAssert.AreEqual(one.Transfer!.Values.ToArray(), four.Transfer!.Values.ToArray());
        CollectionAssert.AreEqual(one.PredictGroup!([0, 3, 4]), four.PredictGroup!([0, 3, 4]));
    }

    [TestMethod]
    public void PredictTraining_MembersReordered_SameLossesReordered()
    {
        (TaskTable table, _) =
            MultiTabBench.Generate(new() { Rows = 200, Features = 12, GroupSizes = [2, 2], Noise = 1, Seed = 2 });
        TaskAffinity affinity = new GradTagAffinity(new()
        {
            ProbeRuns = 2,
            Training = new() { Hidden = [8], MaxEpochs = 8 },
        }).Estimate(table, RowSplit.Random(200, 0.3, 1));
        GroupPrediction ascending = affinity.PredictTraining!([0, 1, 3]), other = affinity.PredictTraining!([3, 0, 1]);
        Assert.AreEqual(ascending.AtCommonStop[2], other.AtCommonStop[0]);
        Assert.AreEqual(ascending.AtOwnBest[0], other.AtOwnBest[1]);
        CollectionAssert.AreEqual(affinity.PredictGroup!([3, 0, 1]), other.AtCommonStop.Select(p => p.Loss).ToArray());
        Assert.IsTrue(ascending.AtCommonStop.All(p => p.StandardError > 0 && p.RunDeviation > 0));
        Assert.IsTrue(ascending.AtOwnBest.Sum(p => p.Loss) <= ascending.AtCommonStop.Sum(p => p.Loss) + 1e-6);
    }

    [TestMethod]
    public void Estimate_TwoTasks_SaysWhatEachGainsInsteadOfStandardScores()
    {
        (TaskTable table, _) =
            MultiTabBench.Generate(new() { Rows = 150, Features = 12, GroupSizes = [2], Noise = 1, Seed = 2 });
        TaskAffinity affinity = new GradTagAffinity(new()
        {
            Solver = GradTagSolver.Newton,
            Training = new() { Hidden = [8], MaxEpochs = 8 },
        }).Estimate(table, RowSplit.Random(150, 0.3, 1));
        Assert.IsTrue(Math.Abs(affinity[0, 1]) < 0.5, $"in units of loss, {affinity[0, 1]}");
        Assert.IsTrue(affinity.IsSigned, "each task was also trained alone");
        Assert.HasCount(2, affinity.Warnings);
        StringAssert.StartsWith(affinity.Warnings[0], "With 2 tasks every group is really trained, so options of base");
        StringAssert.Matches(affinity.Warnings[1],
            new("^Two tasks can only be learned together or apart: '.+' a loss of .+ alone and .+ together"));
    }

    [TestMethod]
    public void Estimate_TwoTasksOptionsAsTheyAre_SaysNothingOfOptions()
    {
        (TaskTable table, _) =
            MultiTabBench.Generate(new() { Rows = 150, Features = 12, GroupSizes = [2], Noise = 1, Seed = 2 });
        TaskAffinity affinity = new GradTagAffinity(new()
        {
            LinearizationRadii = new List<double>(),
            Training = new() { Hidden = [8], MaxEpochs = 8 },
        }).Estimate(table, RowSplit.Random(150, 0.3, 1));
        StringAssert.StartsWith(affinity.Warnings.Single(), "Two tasks can only be learned together or apart");
    }

    // Each row of an affinity has a spread of its own, so that noise looks like the clearest of differences.
    [TestMethod]
    [DataRow(3, 1ul)]
    [DataRow(3, 2ul)]
    [DataRow(3, 3ul)]
    [DataRow(4, 4ul)]
    [DataRow(5, 5ul)]
    [DataRow(5, 6ul)]
    [DataRow(6, 7ul)]
    public void Estimate_FewTasksOfNoise_SaysThatNothingIsClear(int tasks, ulong seed)
    {
        TaskAffinity affinity = Few(noise: 100, seed, tasks);
        StringAssert.StartsWith(affinity.Warnings.Single(), $"What the {tasks} tasks do to one another is within the");
    }

    [TestMethod]
    [DataRow(1ul)]
    [DataRow(2ul)]
    [DataRow(3ul)]
    public void Estimate_FewTasksThatDiffer_SaysNothing(ulong seed) =>
        Assert.IsEmpty(Few(noise: 0.1, seed, 3, 3).Warnings);

    private static TaskAffinity Few(double noise, ulong seed, params int[] groups)
    {
        (TaskTable table, _) = MultiTabBench.Generate(new()
        {
            Rows = 300,
            Features = 12,
            GroupSizes = groups,
            Noise = noise,
            Seed = seed,
        });
        return new GradTagAffinity(new() { Training = new() { Hidden = [16] } })
            .Estimate(table, RowSplit.Random(300, 0.3, 1));
    }

    [TestMethod]
    public void Estimate_OneTask_SaysThatThereIsNothingToLearnWithIt()
    {
        (TaskTable table, _) =
            MultiTabBench.Generate(new() { Rows = 50, Features = 12, GroupSizes = [1], Seed = 2 });
        TaskAffinity affinity = new GradTagAffinity(new()).Estimate(table, RowSplit.Random(50, 0.3, 1));
        Assert.AreEqual(0, affinity[0, 0]);
        StringAssert.Contains(affinity.Warnings.Single(), "is the only task");
    }

    [TestMethod]
    public void Estimate_TasksWithoutCommonRows_LeavesLabelsOut()
    {
        (TaskTable shared, _) =
            MultiTabBench.Generate(new() { Rows = 420, Features = 16, GroupSizes = [4, 3], Noise = 1, Seed = 2 });
        float[] labels = [.. shared.Labels.Select((label, cell) => cell / 7 % 7 == cell % 7 ? label : float.NaN)];
        var table = new TaskTable(shared.Features, shared.Tasks, labels);
        TaskAffinity affinity = new GradTagAffinity(new()
        {
            Bases = 1,
            Probes = 12,
            Subsets = 20,
            Training = new() { Hidden = [8], MaxEpochs = 6 },
        }).Estimate(table, RowSplit.Random(420, 0.3, 1));
        Assert.IsFalse(affinity.Diagnostics.ContainsKey("trial.labels"));
        Assert.IsTrue(affinity.Diagnostics["trial.early"] > 0);
    }

    private static TaskGrouping Grouping(TaskAffinity affinity) =>
        new SdpGroupingSolver(new() { GroupCount = 3 }).Solve(affinity).Grouping;

    private static double Recovery(TaskAffinity affinity) => AdjustedRandIndex.Of(Grouping(affinity), s_data.Planted);
}
