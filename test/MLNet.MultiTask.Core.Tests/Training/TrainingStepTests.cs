using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class TrainingStepTests
{
    public static IEnumerable<object[]> Shapes =>
        from tasks in new[] { "b", "m", "r", "bmr", "bbbbbbbbbbbbbbbbbbb", "rmbmr" }
        from hidden in new[] { Array.Empty<int>(), [7], [9, 4], [37, 20] }
        from layerNorm in hidden.Length == 0 ? [false] : new[] { false, true }
        from linearSkip in hidden.Length == 0 ? [false] : new[] { false, true }
        select new object[] { tasks, hidden, layerNorm, linearSkip };

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void ComputeGradient_AnyLayersAndLosses_EqualsFiniteDifferences(string kinds, int[] hidden, bool layerNorm,
        bool linearSkip)
    {
        TaskTable table = Problems.Mixed(30, 4, tasks: Tasks(kinds));
        var problem =
            new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 30)], []), Problems.AllTasks(table));
        var shape = new NetworkShape(4, hidden, table.Tasks, layerNorm, linearSkip);
        float[] parameters = Perturbed(shape);
        int[] rows = [3, 1, 4, 15, 9, 2, 6, 5, 28, 29, 11];
        var gradient = new float[shape.ParameterCount];
        using var step =
            new TrainingStep(problem, shape, parameters, new TrainingOptions { Threads = 2 }, rows.Length + 3);
        step.ComputeGradient(rows, gradient);
        Assert.AreEqual(DoubleNetwork.Loss(problem, shape, [.. parameters], rows),
            MultiTaskLoss.Total(table.Tasks, step.Losses, step.WeightSums), 1e-5);

        double[] exact = [.. parameters];
        for (int i = 0; i < exact.Length; i++)
        {
            const double nudge = 1e-6;
            double value = exact[i];
            exact[i] = value + nudge;
            double up = DoubleNetwork.Loss(problem, shape, exact, rows);
            exact[i] = value - nudge;
            double down = DoubleNetwork.Loss(problem, shape, exact, rows);
            exact[i] = value;
            Assert.AreEqual((up - down) / (2 * nudge), gradient[i], 2e-5, $"parameter {i}");
        }
    }

    [TestMethod]
    public void ComputeGradient_TaskAbsentFromBatch_HasNoGradientInItsHead()
    {
        TaskTable full = Problems.Mixed(30, 4, 0);
        float[] labels = [.. full.Labels];
        for (int row = 0; row < 10; row++)
            labels[row * 3] = float.NaN;
        TaskTable table = Problems.With(full, labels);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 30)], []), [0, 1, 2]);
        var shape = new NetworkShape(4, [6], table.Tasks);
        var gradient = new float[shape.ParameterCount];
        using var step = new TrainingStep(problem, shape, SharedBottomNetwork.Initialize(shape, 1).Parameters,
            new TrainingOptions(), 10);
        step.ComputeGradient([.. Enumerable.Range(0, 10)], gradient);
        LayerShape head = shape.Layer(1);
        Assert.IsTrue(gradient.AsSpan(head.WeightOffset, 6).IndexOfAnyExcept(0f) < 0);
        Assert.AreEqual(0f, gradient[head.BiasOffset]);
        Assert.IsTrue(gradient.AsSpan(head.WeightOffset + 6, 6).IndexOfAnyExcept(0f) >= 0);
    }

    [TestMethod]
    [DataRow(1, false, false)]
    [DataRow(2, false, false)]
    [DataRow(2, true, false)]
    [DataRow(2, false, true)]
    public void Run_InSteadyState_AllocatesNothing(int threads, bool layerNorm, bool linearSkip)
    {
        TaskTable table = Problems.Mixed(400, 60);
        int[] rows = [.. Enumerable.Range(0, 128)];
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 400)], []), [0, 1, 2]);
        var shape = new NetworkShape(60, [128, 64], table.Tasks, layerNorm, linearSkip);
        var options = new TrainingOptions { Threads = threads, Dropout = 0.1f, MaxGradientNorm = 1,
            Schedule = LearningRateSchedule.Cosine };
        using var step =
            new TrainingStep(problem, shape, SharedBottomNetwork.Initialize(shape, 1).Parameters, options, 128);
        // Code that is not yet fully compiled may box; steady state is reached when the compiler is done, however busy
        // the machine.
        long allocated = long.MaxValue;
        for (int round = 0; round < 50 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
                step.Run(rows, 1);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.AreEqual(0, allocated);
    }

    // Gains, shifts and weights of the skip away from 1 and 0.
    private static float[] Perturbed(NetworkShape shape)
    {
        float[] parameters = SharedBottomNetwork.Initialize(shape, 4).Parameters;
        var random = new RandomStream(4, "perturbed");
        if (shape.LayerNorm)
            foreach (ref float p in parameters.AsSpan(0, shape.TrunkParameterCount))
                p += 0.2f * random.NextSingle();
        if (shape.LinearSkip)
            foreach (ref float p in parameters.AsSpan(^(shape.OutputCount * shape.FeatureCount)..))
                p = random.NextSingle() - 0.5f;
        return parameters;
    }

    private static TaskInfo[] Tasks(string kinds) => [.. kinds.Select((kind, i) => kind switch
    {
        'b' => new TaskInfo($"{i}", TaskKind.Binary, weight: 1 + i),
        'm' => new TaskInfo($"{i}", TaskKind.Multiclass, ["x", "y", "z"], 0.5f),
        _ => new TaskInfo($"{i}", TaskKind.Regression, weight: 2),
    })];
}
