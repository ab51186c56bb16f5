using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Weightings;

/// <summary>Every weighting in a real training: mixed kinds, missing labels, rows that weigh differently.</summary>
[TestClass]
public class TrainWithWeightingTests
{
    private static readonly TaskTable Table = Problems.Mixed(rows: 300, missing: 0.5);

    private static readonly TrainingOptions Options = new()
    {
        Hidden = [16, 8],
        MaxEpochs = 12,
        BatchSize = 8,
        LearningRate = 5e-3f,
        CheckpointSteps = 100,
    };

    public static IEnumerable<object[]> Names => TaskWeightings.All.Select(m => new object[] { m.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Train_MissingLabelsAndMixedKinds_LearnsEveryTask(string name)
    {
        IReadOnlyList<TrainingProgress> epochs = Train(Options with { Weighting = Weighting(name) }).Epochs;
        for (int t = 0; t < Table.Tasks.Count; t++)
            Assert.IsLessThan(0.9 * epochs[0].TaskValidationLosses[t], epochs[^1].TaskValidationLosses[t],
                Table.Tasks[t].Name);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Resume_InTheMiddleOfAnEpoch_GivesTheSameBits(string name)
    {
        TrainingOptions options = Options with { Weighting = Weighting(name) };
        var checkpoints = new List<TrainingCheckpoint>();
        float[] expected = Train(options with { Checkpoint = checkpoints.Add }).Network.Parameters;
        TrainingResult resumed = NetworkTrainer.Resume(Table, Problems.Split(Table), Problems.AllTasks(Table),
            checkpoints[1], options);
        CollectionAssert.AreEqual(expected, resumed.Network.Parameters);
    }

    [TestMethod]
    public void Train_AnyTwoMethods_GiveDifferentNetworks()
    {
        // At the common scale of weights GLS makes the steps of SI, and ConFIG those of IMTL-G.
        var networks = TaskWeightings.All.Where(m => m.Name is not ("gls" or "config")).ToDictionary(m => m.Name, m =>
            string.Join(' ', Train(Options with { Weighting = Weighting(m.Name), MaxEpochs = 6 }).Network.Parameters));
        Assert.HasCount(networks.Count, networks.Values.Distinct(),
            string.Join("; ", networks.GroupBy(n => n.Value).Select(g => string.Join(", ", g.Select(n => n.Key)))));
    }

    [TestMethod]
    public void Resume_UnderAnotherWeighting_NamesBoth()
    {
        TrainingCheckpoint? last = null;
        Train(Options with { Weighting = new CAGradWeighting(), Checkpoint = c => last = c });
        var e = Assert.ThrowsExactly<ArgumentException>(() => NetworkTrainer.Resume(Table, Problems.Split(Table),
            Problems.AllTasks(Table), last!, Options with { Weighting = new CAGradWeighting { C = 0.25 } }));
        StringAssert.Contains(e.Message, "weighting cagrad(c=0.5)");
    }

    [TestMethod]
    public void Train_SketchedOnAnyThreads_GivesTheSameBits()
    {
        TaskTable table = Problems.Mixed(rows: 400, features: 40);
        var options = new TrainingOptions { Hidden = [50, 30], MaxEpochs = 3, BatchSize = 100, Threads = 1,
            Weighting = new NashMtlWeighting(), GramianSketch = 16 };
        float[] expected = Parameters(options);
        CollectionAssert.AreEqual(expected, Parameters(options with { Threads = 2 }));
        CollectionAssert.AreNotEqual(expected, Parameters(options with { GramianSketch = null }));

        float[] Parameters(TrainingOptions own) => NetworkTrainer.Train(table, Problems.Split(table),
            Problems.AllTasks(table), own).Network.Parameters;
    }

    [TestMethod]
    [DataRow(15), DataRow(0), DataRow(24)]
    public void Validate_SketchOfOtherSize_NamesTheRange(int size)
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new TrainingOptions { Weighting = new MgdaWeighting(), GramianSketch = size }.Validate());
        StringAssert.StartsWith(e.Message, "GramianSketch must be a multiple of 16, at least 16, or null");
    }

    [TestMethod]
    public void Validate_SketchWithWeightingOfLosses_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TrainingOptions { GramianSketch = 16 }.Validate())
            .Message, "GramianSketch must be null with the weighting equal, which sees no gradients");

    [TestMethod]
    public void TrainGroups_GroupOfOneTask_SaysThatThereIsNothingToBalance()
    {
        GroupedTrainingResult result = SharedBottomLearner.TrainGroups(Table, Problems.Split(Table),
            TaskGrouping.Parse("0,2|1"), Options with { Weighting = new NashMtlWeighting(), MaxEpochs = 2 });
        StringAssert.Contains(string.Join(' ', result.Groups.SelectMany(g => g.Notes)),
            "Task 'class' is alone in its group: weighting 'nash-mtl' has nothing to balance there");
    }

    [TestMethod]
    public void Validate_GradientsWithoutTrunk_IsRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new TrainingOptions { Hidden = [], Weighting = new MgdaWeighting() }.Validate());
        StringAssert.StartsWith(e.Message, "Weighting must be one of losses where Hidden is empty: there is no trunk");
    }

    private static TaskWeighting Weighting(string name) => TaskWeightings.Parse(
        name == "fixed" ? "fixed(bin=1,class=2,value=0.5)" : name);

    private static TrainingResult Train(TrainingOptions options) =>
        NetworkTrainer.Train(Table, Problems.Split(Table), Problems.AllTasks(Table), options);
}
