using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Training.Managed;

namespace MLNet.MultiTask.Tests.Training.Managed;

[TestClass]
public sealed class TrunkGramianTests
{
    public static IEnumerable<object[]> SingleOutputShapes =>
        from hidden in new[] { [7], [9, 4], [37, 20], [50, 33], new[] { 18, 33, 12 } }
        from features in new[] { 3, 90 }
        from dropout in new[] { 0f, 0.3f }
        select new object[] { hidden, features, dropout };

    public static IEnumerable<object[]> Shapes =>
        from hidden in new[] { [7], [9, 4], [37, 20], new[] { 18, 33, 12 } }
        from layerNorm in new[] { false, true }
        from dropout in new[] { 0f, 0.3f }
        select new object[] { hidden, layerNorm, dropout };

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void Compute_AnyLayers_IsProductsOfSingleGradients(int[] hidden, bool layerNorm, float dropout)
    {
        TaskInfo[] tasks = [.. Enumerable.Range(0, 27).Select(t => (t % 4) switch
        {
            0 => new TaskInfo($"{t}", TaskKind.Multiclass, ["x", "y", "z"]),
            1 => new TaskInfo($"{t}", TaskKind.Regression),
            _ => new TaskInfo($"{t}", TaskKind.Binary),
        })];
        AssertIsProducts(Problems.Mixed(60, 11, tasks: tasks), [.. Enumerable.Range(0, 27).Where(t => t % 5 != 3)],
            hidden, layerNorm, dropout);
    }

    /// <summary>Up to two hidden layers take their signals block by block; three do not.</summary>
    [TestMethod]
    [DynamicData(nameof(SingleOutputShapes))]
    public void Compute_OneOutputPerTask_IsProductsOfSingleGradients(int[] hidden, int features, float dropout)
    {
        TaskInfo[] tasks = [.. Enumerable.Range(0, 27).Select(t => new TaskInfo($"{t}",
            t % 3 == 0 ? TaskKind.Regression : TaskKind.Binary))];
        AssertIsProducts(Problems.Mixed(60, features, tasks: tasks),
            [.. Enumerable.Range(0, 27).Where(t => t % 5 != 3)],
            hidden, layerNorm: false, dropout);
    }

    [TestMethod]
    public void Compute_OneOutputPerTask_HasTheSameBitsOnAnyThreads()
    {
        TaskInfo[] tasks = [.. Enumerable.Range(0, 9).Select(t => new TaskInfo($"{t}", TaskKind.Binary))];
        TaskTable table = Problems.Mixed(400, 300, tasks: tasks);
        TrainingProblem problem = Problem(table);
        var shape = new NetworkShape(300, [96, 70], tasks);
        double[][] gramians = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using var network = new ManagedNetwork(problem, shape, SharedBottomNetwork.Initialize(shape, 4).Parameters,
                new EngineSettings(0, null, 0, 3, threads, null), 256);
            var gramian = new double[81];
            network.Forward([.. Enumerable.Range(0, 250)], 1);
            network.ComputeGramian([.. Enumerable.Repeat(0.1f, 9)], [.. Enumerable.Range(0, 9)], gramian);
            return gramian;
        })];
        CollectionAssert.AreEqual(gramians[0], gramians[1]);
        CollectionAssert.AreEqual(gramians[0], gramians[2]);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Compute_SparseFeatures_IsProductsOfSingleGradients(bool standardised)
    {
        TaskTable table = Problems.Indicators(60, 80, 0.06, standardised);
        Assert.IsNotNull(table.Features.Sparse);
        AssertIsProducts(table, [0, 1], [20, 6], false, 0);
    }

    [TestMethod]
    [DataRow(3), DataRow(64)]
    public void Compute_FewOrManyRowsForTheInputs_IsProductsOfSingleGradients(int features) =>
        AssertIsProducts(Problems.Mixed(60, features), [0, 1, 2], [24, 10], false, 0);

    [TestMethod]
    public void Compute_LinearNetwork_HasNoTrunk()
    {
        TaskTable table = Problems.Mixed(60);
        var problem = Problem(table);
        var shape = new NetworkShape(table.FeatureCount, [], table.Tasks);
        using ManagedNetwork network = Network(problem, shape, 0);
        var gramian = new double[9];
        network.Forward([1, 2, 3], 1);
        network.ComputeGramian([1, 1, 1], [0, 1, 2], gramian);
        CollectionAssert.AreEqual(new double[9], gramian);
    }

    [TestMethod]
    [DataRow(null), DataRow(16)]
    public void Run_GramianInSteadyState_AllocatesNothing(int? sketch)
    {
        TaskTable table = Problems.Mixed(400, 40);
        var shape = new NetworkShape(40, [64, 32], table.Tasks);
        var options = new TrainingOptions { Weighting = new InverseNorm(), Threads = 2, GramianSketch = sketch };
        using var step = new TrainingStep(Problem(table), shape, SharedBottomNetwork.Initialize(shape, 1).Parameters,
            options, 128);
        int[] rows = [.. Enumerable.Range(0, 128)];
        long allocated = long.MaxValue;
        for (int round = 0; round < 50 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
                step.Run(rows, 1);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.AreEqual(0, allocated);
    }

    private static void AssertIsProducts(TaskTable table, int[] tasks, int[] hidden, bool layerNorm, float dropout)
    {
        TrainingProblem problem = Problem(table);
        var shape = new NetworkShape(table.FeatureCount, hidden, table.Tasks, layerNorm);
        using ManagedNetwork network = Network(problem, shape, dropout);
        int[] rows = [.. Enumerable.Range(3, 41)];
        float[] factors = [.. table.Tasks.Select((_, t) => 0.02f + 0.01f * t)], only = new float[factors.Length];
        var gramian = new double[tasks.Length * tasks.Length];
        network.Forward(rows, 5);
        network.ComputeGramian(factors, tasks, gramian);
        var gradients = new List<float[]>();
        foreach (int t in tasks)
        {
            Array.Clear(only);
            only[t] = factors[t];
            var gradient = new float[shape.ParameterCount];
            network.Forward(rows, 5);
            network.ComputeGradient(only, default, gradient);
            gradients.Add(gradient[..shape.TrunkParameterCount]);
        }
        double scale = gramian.Max();
        Assert.IsGreaterThan(0, scale);
        for (int i = 0; i < tasks.Length; i++)
            for (int j = 0; j < tasks.Length; j++)
                Assert.AreEqual(gradients[i].Zip(gradients[j], (a, b) => (double)a * b).Sum(),
                    gramian[i * tasks.Length + j], 2e-6 * scale, $"tasks {tasks[i]} and {tasks[j]}");
    }

    private static TrainingProblem Problem(TaskTable table) =>
        new(table, new RowSplit([.. Enumerable.Range(0, table.RowCount)], []), Problems.AllTasks(table));

    private static ManagedNetwork Network(TrainingProblem problem, NetworkShape shape, float dropout,
        int? sketch = null)
    {
        float[] parameters = SharedBottomNetwork.Initialize(shape, 4).Parameters;
        var random = new RandomStream(4, "perturbed");
        foreach (ref float p in parameters.AsSpan(0, shape.TrunkParameterCount))
            p += 0.1f * random.NextSingle();
        return new ManagedNetwork(problem, shape, parameters, new EngineSettings(0, null, dropout, 3, 2, sketch), 64);
    }
}
