using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;

namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public class AffinityValidationTests
{
    private static readonly (TaskTable Table, TaskGrouping Planted) s_data =
        MultiTabBench.Generate(new() { Rows = 500, Features = 16, GroupSizes = [3, 3], Noise = 0.5, Seed = 4 });

    private static readonly GradTagOptions s_options = new()
    {
        Stage = BaseStage.BestValidation,
        Bases = 1,
        FineTuningEpochs = 4,
        Training = new() { Hidden = [16], LearningRate = 3e-3f, MaxEpochs = 8, Patience = null },
    };

    [TestMethod]
    public void Run_GradTag_FollowsFineTuningAndBeatsDoingNothing()
    {
        AffinityValidationResult result = AffinityValidation.Run(s_data.Table, RowSplit.Random(500, 0.3, 1),
            new GradTagAffinity(s_options), new() { Runs = 2 });
        Assert.AreEqual(41, result.Subsets.Count);
        Assert.AreEqual(4, result.FineTuningEpochs);
        AffinityAgreement tuned = result.FineTuned;
        Assert.IsTrue(tuned.WithinTaskPearson > 0.6, $"within-task correlation {tuned.WithinTaskPearson}");
        Assert.IsTrue(tuned.RelativeError < tuned.TrivialRelativeError,
            $"{tuned.RelativeError} against {tuned.TrivialRelativeError}");
        Assert.IsTrue(tuned.NoiseCeiling is > 0.5 and <= 1);
        Assert.IsTrue(tuned.GroupingRegret >= -1e-9);
        Assert.IsTrue(result.FromScratch!.FlopsRatio is > 0 and < 0.5,
            $"ratio of operations {result.FromScratch.FlopsRatio}");
        Assert.IsTrue(double.IsFinite(result.FineTunedAgainstScratch));
    }

    [TestMethod]
    public void Run_ThePerfectEstimator_HasNoErrorAndNoRegret()
    {
        RowSplit split = RowSplit.Random(500, 0.3, 1);
        var options =
            new AffinityValidationOptions { Runs = 1, FromScratch = false, Bases = s_options, FineTuningEpochs = 4 };
        AffinityValidationResult first =
            AffinityValidation.Run(s_data.Table, split, new GradTagAffinity(s_options), options);
        var truth = new Dictionary<string, double[]>();
        for (int s = 0; s < first.Subsets.Count; s++)
            truth[string.Join(',', first.Subsets[s])] = first.FineTunedLosses[s];
        AffinityValidationResult result = AffinityValidation.Run(s_data.Table, split, new Oracle(truth), options);
        Assert.AreEqual(0, result.FineTuned.RelativeError, 1e-12);
        Assert.AreEqual(1, result.FineTuned.WithinTaskPearson, 1e-9);
        Assert.AreEqual(1, result.FineTuned.WithinTaskSpearman, 1e-9);
        Assert.AreEqual(0, result.FineTuned.GroupingRegret, 1e-9);
    }

    [TestMethod]
    public void Run_AnyNumberOfThreads_SameTruthAndEstimates()
    {
        AffinityValidationResult Run(int threads) => AffinityValidation.Run(s_data.Table, RowSplit.Random(500, 0.3, 1),
            new GradTagAffinity(s_options with { Threads = threads }),
            new() { Runs = 1, HoldOut = 5, FromScratch = false, Threads = threads });
        AffinityValidationResult one = Run(1), other = Run(8);
        CollectionAssert.AreEqual(one.FineTunedLosses.SelectMany(v => v).ToArray(),
            other.FineTunedLosses.SelectMany(v => v).ToArray());
        CollectionAssert.AreEqual(one.Estimates.SelectMany(v => v).ToArray(),
            other.Estimates.SelectMany(v => v).ToArray());
    }

    private sealed class Oracle(Dictionary<string, double[]> truth) : ITaskAffinityEstimator
    {
        public string Name => "oracle";

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
            new([.. table.Tasks.Select(t => t.Name)], new double[table.Tasks.Count * table.Tasks.Count], Name)
            {
                PredictGroup = group => truth[string.Join(',', group)],
            };
    }
}
