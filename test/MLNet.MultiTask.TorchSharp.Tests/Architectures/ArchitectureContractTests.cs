using MLNet.MultiTask.Learners;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

/// <summary>
/// Every built-in name, with its defaults, on tasks of all kinds with missing labels: it trains, has the same bits
/// again, is saved and loaded with the same bits, takes groups and batches without a task, and leaves no tensors.
/// </summary>
[TestClass]
public sealed class ArchitectureContractTests : TorchTests
{
    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 120)], [.. Enumerable.Range(120, 40)]);

    public static IEnumerable<object[]> Names => BuiltInArchitectures.All.Keys.Order(StringComparer.Ordinal)
        .Select(n => new object[] { n });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Fit_MixedKindsWithMissingLabels_IsReproducedAndSaved(string name)
    {
        TaskTable table = Problems.Mixed(160);
        MultiTaskModel model = Trained(table, name, "0,1,2");
        using var file = new MemoryStream();
        Persistence.ModelFile.Save(new Persistence.SavedModel(model), file);
        file.Position = 0;
        MultiTaskModel loaded = Persistence.ModelFile.Load(file).Model;

        float[] scores = Learners.TorchModuleLearnerTests.Scores(model.Models[0], table);
        CollectionAssert.AreEqual(scores, Learners.TorchModuleLearnerTests.Scores(loaded.Models[0], table));
        CollectionAssert.AreEqual(scores,
            Learners.TorchModuleLearnerTests.Scores(Trained(table, name, "0,1,2").Models[0], table));
        Assert.IsTrue(Array.TrueForAll(scores, float.IsFinite));
    }

    /// <summary>The last group has one task alone; no row of the first has a label of task 0 in most batches.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Fit_GroupsAndATaskWithoutRowsInBatches_Trains(string name)
    {
        TaskTable table = Problems.Mixed(160);
        float[] labels = [.. table.Labels];
        for (int row = 3; row < 160; row++)
            if (row < 125)
                labels[row * 3] = float.NaN;
        MultiTaskModel model = Trained(Problems.With(table, labels), name, "0,2|1");

        Assert.HasCount(2, model.Models);
        foreach (IGroupModel group in model.Models)
            Assert.IsTrue(Array.TrueForAll(Learners.TorchModuleLearnerTests.Scores(group, table), float.IsFinite));
    }

    /// <summary>A loss that did not fall below that of the mean would be a module that does not learn.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Fit_MoreEpochs_Learns(string name)
    {
        TaskTable table = Problems.Mixed(300);
        GroupFit fit = new TorchModuleLearner(new()
        {
            Architecture = name, Training = TestModules.Training with { MaxEpochs = 10 },
        }).Fit(table, new([.. Enumerable.Range(0, 220)], [.. Enumerable.Range(220, 80)]), [0, 1, 2],
        new() { Threads = 1 });

        Assert.IsLessThan(0.8 * fit.Epochs[0].ValidationLoss + 0.05, fit.Epochs.Min(e => e.ValidationLoss));
        Assert.IsLessThan(0.85, fit.Epochs.Min(e => e.ValidationLoss));
    }

    /// <summary>All that a module keeps from step to step is in its state.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Fit_GoingOnFromACheckpoint_HasTheSameBits(string name)
    {
        TaskTable table = Problems.Mixed(160);
        var learner = new TorchModuleLearner(new()
        {
            Architecture = name == "pruned" ? "pruned(after=8; every=2)" : name,
            Training = TestModules.Training with { MaxEpochs = 4 },
        });
        float[] whole = Learners.TorchModuleLearnerTests.Scores(
            learner.Fit(table, Split, [0, 1, 2], new() { Threads = 1 }).Models[0].Model, table);
        var store = new Learners.TorchModuleLearnerTests.Store();
        using var source = new CancellationTokenSource();
        store.Written = () =>
        {
            if (store.Count == 2)
                source.Cancel();
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => learner.Fit(table, Split, [0, 1, 2],
            new() { Threads = 1, Checkpoints = store, CancellationToken = source.Token }));

        CollectionAssert.AreEqual(whole, Learners.TorchModuleLearnerTests.Scores(
            learner.Fit(table, Split, [0, 1, 2], new() { Threads = 1, Checkpoints = store }).Models[0].Model, table));
    }

    /// <summary>Another type replaces parameters as another device does: none may be left behind in a field.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Forward_AfterAMove_UsesTheMovedParameters(string name)
    {
        MultiTaskModule module = Made.Of(name);
        float[] before = Made.Outputs(module);

        module.to(float64);
        using (no_grad())
        using (Tensor outputs = module.call(tensor(new double[] { 1, 2 }, [1, 2])))
        {
            Assert.AreEqual(float64, outputs.dtype);
            for (int i = 0; i < before.Length; i++)
                Assert.AreEqual(before[i], outputs[0, i].item<double>(), 1e-4, $"output {i}");
        }
        foreach ((string parameter, TorchSharp.Modules.Parameter own) in module.named_parameters())
            Assert.AreEqual(float64, own.dtype, parameter);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Step_ThirtyTimes_KeepsNoTensors(string name) => KeepsNoTensors(name, 30);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Names))]
    public void Step_TenThousandTimes_KeepsNoTensors(string name) => KeepsNoTensors(name, 10_000);

    private static void KeepsNoTensors(string name, int steps)
    {
        TaskTable table = Problems.Mixed(160);
        var problem = new MLNet.MultiTask.Training.TrainingProblem(table, Split, [0, 1, 2]);
        ModuleSource source = ModuleSource.Of(name);
        using MultiTaskModule module = ModuleBuilder.Create(source.Create, source.Text, 5, table.Tasks, 1);
        TrainingOptions options = TestModules.Training;
        using var training = new ModuleTraining(problem, module, options.EngineSettings(), 8, CPU, isRandom: true);
        int[] rows = [1, 2, 3, 4, 5, 6, 7, 8];
        void Step(int number)
        {
            training.Forward(rows, number);
            training.Descend([0.1f, 0.1f, 0.1f], [], number, 1e-3f);
        }
        for (int i = 1; i <= 3; i++)
            Step(i);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        for (int i = 0; i < steps; i++)
            Step(4 + i);

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static MultiTaskModel Trained(TaskTable table, string name, string grouping) =>
        GroupedTrainer.Train(table, Split,
        TaskGrouping.Parse(grouping), new TorchModuleLearner(new()
        {
            Architecture = name, Training = TestModules.Training with { MaxEpochs = 2 },
        }), new() { Threads = 1 }).Model;
}
