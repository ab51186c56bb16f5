using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class ManyTasksTests
{
    private const int Count = 1000;

    private static readonly TaskInfo[] Tasks = [.. Enumerable.Range(0, Count).Select(t => (t % 3) switch
    {
        0 => new TaskInfo($"task {t}", TaskKind.Binary),
        1 => new TaskInfo($"task {t}", TaskKind.Multiclass, ["x", "y", "z"]),
        _ => new TaskInfo($"task {t}", TaskKind.Regression),
    })];

    [TestMethod]
    public void ComputeGradient_ThousandHeads_IsTheMeanOfSingleTasks()
    {
        TaskTable table = Problems.Mixed(40, 6, tasks: Tasks);
        var split = new RowSplit([.. Enumerable.Range(0, 40)], []);
        int[] rows = [.. Enumerable.Range(3, 30)];
        var shape = new NetworkShape(6, [10], Tasks);
        SharedBottomNetwork network = SharedBottomNetwork.Initialize(shape, 2);
        float[] together = Gradient(new TrainingProblem(table, split, Problems.AllTasks(table)), network, rows);

        LayerShape head = shape.Layer(1);
        var trunk = new double[shape.TrunkParameterCount];
        for (int t = 0; t < Count; t++)
        {
            var problem = new TrainingProblem(table, split, [t]);
            float[] alone = Gradient(problem, network.Select(problem.Tasks), rows);
            for (int i = 0; i < trunk.Length; i++)
                trunk[i] += alone[i] / Count;
            int outputs = Tasks[t].OutputCount, from = shape.OutputOffset(t);
            ReadOnlySpan<float> weights = together.AsSpan(head.WeightOffset + from * 10, outputs * 10);
            for (int i = 0; i < weights.Length; i++)
                Assert.AreEqual(alone[trunk.Length + i] / Count, weights[i], 1e-8, $"task {t}, weight {i}");
            ReadOnlySpan<float> biases = together.AsSpan(head.BiasOffset + from, outputs);
            for (int i = 0; i < outputs; i++)
                Assert.AreEqual(alone[^(outputs - i)] / Count, biases[i], 1e-8, $"task {t}, bias {i}");
        }
        for (int i = 0; i < trunk.Length; i++)
            Assert.AreEqual(trunk[i], together[i], 1e-6, $"trunk parameter {i}");
    }

    [TestMethod]
    public void Train_ThousandTasks_LearnsAndGivesSameBitsOnAnyThreads()
    {
        TaskTable table = Problems.Mixed(300, 8, tasks: Tasks);
        var options = new TrainingOptions { Hidden = [32], MaxEpochs = 20, LearningRate = 1e-2f, Threads = 1 };
        TrainingResult result = Train(options);
        Assert.IsLessThan(0.7 * result.Epochs[0].ValidationLoss, result.Epochs[^1].ValidationLoss);
        CollectionAssert.AreEqual(result.Network.Parameters, Train(options with { Threads = 3 }).Network.Parameters);

        TrainingResult Train(TrainingOptions options) =>
            NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table), options);
    }

    private static float[] Gradient(TrainingProblem problem, SharedBottomNetwork network, int[] rows)
    {
        var gradient = new float[network.Shape.ParameterCount];
        var options = new TrainingOptions { Threads = 1 };
        using var step = new TrainingStep(problem, network.Shape, network.Parameters, options, rows.Length);
        step.ComputeGradient(rows, gradient);
        return gradient;
    }
}
