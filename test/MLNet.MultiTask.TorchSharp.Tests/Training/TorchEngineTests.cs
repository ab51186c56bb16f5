using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Training.Managed;
using TorchSharp;

namespace MLNet.MultiTask.Torch.Tests.Training;

/// <summary>The managed engine, which is held against finite differences, is the reference.</summary>
[TestClass]
public sealed class TorchEngineTests : TorchTests
{
    private static readonly TrainingOptions Options = new()
    {
        Hidden = [9, 6], LearningRate = 0.01f, BatchSize = 32, Threads = 1, MaxEpochs = 8, Engine = TorchEngine.Cpu,
    };

    [TestMethod]
    [DataRow("b", false)]
    [DataRow("m", false)]
    [DataRow("r", true)]
    [DataRow("rmbbmr", true)]
    [DataRow("rmb", true, true)]
    public void ComputeGradient_AnyLosses_IsTheManagedEngines(string kinds, bool layerNorm, bool linearSkip = false)
    {
        (TrainingProblem problem, NetworkShape shape, float[] parameters) = Start(kinds, layerNorm, linearSkip);
        float[][] gradients = [.. Engines.Select(engine =>
        {
            using var step = new TrainingStep(problem, shape, parameters, Options with { Engine = engine }, 40);
            var gradient = new float[shape.ParameterCount];
            step.ComputeGradient([.. Enumerable.Range(3, 33)], gradient);
            return gradient;
        })];

        AreClose(gradients[0], gradients[1], 1e-6);
    }

    [TestMethod]
    [DataRow("none")]
    [DataRow("pcgrad")]
    [DataRow("uncertainty")]
    [DataRow("famo")]
    [DataRow("pcgrad", true)]
    public void Run_FiftySteps_ParametersAndScoresAreTheManagedEngines(string weighting, bool linearSkip = false)
    {
        (TrainingProblem problem, NetworkShape shape, float[] parameters) = Start("rmbbmr", true, linearSkip);
        TrainingOptions options = weighting == "none" ? Options with { MaxGradientNorm = 0.8f }
            : Options with { Weighting = TaskWeightings.Parse(weighting) };
        SharedBottomNetwork[] trained = [.. Engines.Select(engine =>
        {
            using var step = new TrainingStep(problem, shape, parameters, options with { Engine = engine }, 32);
            for (int i = 0; i < 50; i++)
                step.Run([.. Enumerable.Range(i * 3, 32)], 1);
            var own = new float[shape.ParameterCount];
            step.Export(own);
            return new SharedBottomNetwork(shape, own);
        })];
        float[] features = problem.Table.Features.ToArray();
        float[][] scores = [.. trained.Select(n =>
        {
            var own = new float[problem.Table.RowCount * n.OutputCount];
            n.Score(features, problem.Table.RowCount, own, []);
            return own;
        })];

        AreClose(trained[0].Parameters, trained[1].Parameters, 1e-5);
        AreClose(scores[0], scores[1], 1e-5);
    }

    [TestMethod]
    public void Train_WholeTraining_EndsWhereTheManagedEngineDoes()
    {
        TaskTable table = Problems.Mixed(300);
        RowSplit split = new([.. Enumerable.Range(0, 220)], [.. Enumerable.Range(220, 80)]);
        TrainingResult[] results = [.. Engines.Select(e =>
            NetworkTrainer.Train(table, split, [0, 1, 2], Options with { Engine = e }))];

        Assert.AreEqual(results[0].BestEpoch, results[1].BestEpoch);
        for (int e = 0; e < results[0].Epochs.Count; e++)
            Assert.AreEqual(results[0].Epochs[e].ValidationLoss, results[1].Epochs[e].ValidationLoss, 1e-5);
    }

    [TestMethod]
    public void Resume_WithDropoutWithinAnEpoch_HasTheSameBits()
    {
        TaskTable table = Problems.Mixed(300);
        RowSplit split = new([.. Enumerable.Range(0, 220)], [.. Enumerable.Range(220, 80)]);
        var kept = new List<TrainingCheckpoint>();
        TrainingOptions options = Options with { Dropout = 0.3f, CheckpointSteps = 17, Checkpoint = kept.Add };
        TrainingResult whole = NetworkTrainer.Train(table, split, [0, 1, 2], options);
        using var stream = new MemoryStream();
        kept[1].Save(stream);
        stream.Position = 0;

        TrainingResult resumed = NetworkTrainer.Resume(table, split, [0, 1, 2], TrainingCheckpoint.Load(stream),
            options with { Checkpoint = null });

        Assert.AreEqual(34, kept[1].Steps);
        CollectionAssert.AreEqual(whole.Network.Parameters, resumed.Network.Parameters);
    }

    [TestMethod]
    public void Create_GramianSketch_IsRefused()
    {
        (TrainingProblem problem, NetworkShape shape, float[] parameters) = Start("bb", false);
        TrainingOptions options = Options with { Weighting = TaskWeightings.Parse("pcgrad"), GramianSketch = 16 };

        StringAssert.StartsWith(Assert.ThrowsExactly<NotSupportedException>(() =>
            new TrainingStep(problem, shape, parameters, options, 8)).Message, "GramianSketch is 16");
    }

    [TestMethod]
    public void Run_ThousandSteps_KeepsNoTensors() => KeepsNoTensors(1000);

    [TestMethod]
    [TestCategory("Slow")]
    public void Run_TenThousandSteps_KeepsNoTensors() => KeepsNoTensors(10_000);

    private static void KeepsNoTensors(int steps)
    {
        (TrainingProblem problem, NetworkShape shape, float[] parameters) = Start("bm", true);
        using var step = new TrainingStep(problem, shape, parameters, Options with { Dropout = 0.1f }, 8);
        int[] rows = [1, 2, 3, 4, 5, 6, 7, 8];
        for (int i = 0; i < 10; i++)
            step.Run(rows, 1);
        // Tensors of other tests would go in between; those of steps must go without the collector's help.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = torch.Tensor.TotalCount;
        for (int i = 0; i < steps; i++)
            step.Run(rows, 1);

        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    private static ITrainingEngine[] Engines => [ManagedEngine.Instance, TorchEngine.Cpu];

    private static (TrainingProblem, NetworkShape, float[]) Start(string kinds, bool layerNorm,
        bool linearSkip = false)
    {
        TaskInfo[] tasks = [.. kinds.Select((k, t) => new TaskInfo($"{k}{t}", k switch
        {
            'b' => TaskKind.Binary,
            'm' => TaskKind.Multiclass,
            _ => TaskKind.Regression,
        }, k == 'm' ? ["x", "y", "z"] : null, 1 + t / 4f))];
        TaskTable table = Problems.Mixed(200, 5, tasks: tasks);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 200)], []),
            [.. Enumerable.Range(0, tasks.Length)]);
        var shape = new NetworkShape(5, Options.Hidden, tasks, layerNorm, linearSkip);
        return (problem, shape, SharedBottomNetwork.Initialize(shape, 3).Parameters);
    }

    private static void AreClose(float[] expected, float[] actual, double delta)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], delta * Math.Max(1, Math.Abs(expected[i])), $"number {i}");
    }
}
