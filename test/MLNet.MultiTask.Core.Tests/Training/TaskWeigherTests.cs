using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class TaskWeigherTests
{
    public static IEnumerable<object[]> Weightings => [[new InverseNorm(), 3], [new InverseLoss(), 1]];

    [TestMethod]
    [DynamicData(nameof(Weightings))]
    public void Resume_FromAnyStep_GivesTheSameBits(TaskWeighting weighting, int interval)
    {
        TaskTable table = Problems.Mixed(missing: 0.6);
        var options = new TrainingOptions { Hidden = [12, 6], MaxEpochs = 4, BatchSize = 16, Dropout = 0.1f,
            Weighting = weighting, GramianInterval = interval, CheckpointSteps = 7 };
        var checkpoints = new List<TrainingCheckpoint>();
        TrainingResult expected = NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table),
            options with { Checkpoint = checkpoints.Add });
        Assert.IsGreaterThan(3, checkpoints.Count);
        foreach (TrainingCheckpoint checkpoint in checkpoints)
        {
            using var file = new MemoryStream();
            checkpoint.Save(file);
            file.Position = 0;
            CollectionAssert.AreEqual(expected.Network.Parameters, NetworkTrainer.Resume(table, Problems.Split(table),
                Problems.AllTasks(table), TrainingCheckpoint.Load(file), options).Network.Parameters);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Weightings))]
    public void Train_AnyThreads_GivesTheSameBits(TaskWeighting weighting, int interval)
    {
        TaskTable table = Problems.Mixed(rows: 400, features: 40);
        var options = new TrainingOptions { Hidden = [50, 30], MaxEpochs = 4, BatchSize = 100, Threads = 1,
            Weighting = weighting, GramianInterval = interval };
        float[] Train(TrainingOptions options) => NetworkTrainer.Train(table, Problems.Split(table),
            Problems.AllTasks(table), options).Network.Parameters;
        float[] expected = Train(options);
        CollectionAssert.AreNotEqual(expected,
            Train(options with { Weighting = new EqualWeighting(), GramianInterval = 1 }));
        CollectionAssert.AreEqual(expected, Train(options with { Threads = 2 }));
        CollectionAssert.AreEqual(expected, Train(options with { Threads = 5 }));
    }

    [TestMethod]
    public void Train_WeightNotFinite_NamesWeightingTaskAndStep()
    {
        TaskTable table = Problems.Mixed();
        InvalidOperationException refused = Assert.ThrowsExactly<InvalidOperationException>(() =>
            NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table),
                new TrainingOptions { Hidden = [4], Weighting = new Broken() }));
        Assert.AreEqual("The weighting broken(at=2) gave task 'class' the weight NaN in step 1", refused.Message);
    }

    [TestMethod]
    public void Validate_IntervalWithWeightingOfLosses_IsRefused()
    {
        ArgumentOutOfRangeException refused = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new TrainingOptions { GramianInterval = 4 }.Validate());
        StringAssert.Contains(refused.Message,
            "GramianInterval must be 1 with the weighting equal, which sees no gradients");
    }

    private sealed record Broken : TaskWeighting, ILossWeighting
    {
        public override string Name => "broken";

        protected override IEnumerable<(string Name, object Value)> Settings => [("at", 2)];

        public override IWeightingRun Start(WeightingStart start) => this;

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            weights.Fill(1);
            weights[1] = double.NaN;
        }
    }
}
