using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Training.Managed;

namespace MLNet.MultiTask.Tests.Training.Managed;

[TestClass]
public sealed class SketchedGramianTests
{
    private const int Sketches = 400;

    [TestMethod]
    [DataRow(16, new[] { 40, 30 }, 0f)]
    [DataRow(32, new[] { 40, 30 }, 0f)]
    [DataRow(48, new[] { 120, 70 }, 0f)]
    [DataRow(16, new[] { 50 }, 0f)]
    [DataRow(16, new[] { 40, 12 }, 0.3f)]
    [DataRow(16, new[] { 33, 40, 25 }, 0f)]
    [DataRow(32, new[] { 60, 20, 37 }, 0.2f)]
    public void Compute_DenseFeatures_IsUnbiasedAndErrsWithinItsBound(int size, int[] hidden, float dropout) =>
        AssertIsUnbiased(Problems.Mixed(80, 70), hidden, size, dropout, layerNorm: false);

    [TestMethod]
    public void Compute_LayerNorm_IsUnbiasedAndErrsWithinItsBound() =>
        AssertIsUnbiased(Problems.Mixed(80, 70), [40, 12], 16, 0, layerNorm: true);

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void Compute_SparseFeatures_IsUnbiasedAndErrsWithinItsBound(bool standardised)
    {
        TaskTable table = Problems.Indicators(80, 80, 0.06, standardised);
        Assert.IsNotNull(table.Features.Sparse);
        AssertIsUnbiased(table, [40, 20], 16, 0, layerNorm: false);
    }

    [TestMethod]
    public void Compute_AnyThreads_HasTheSameBits()
    {
        TaskInfo[] tasks = [.. Enumerable.Range(0, 9).Select(t => new TaskInfo($"{t}", TaskKind.Binary))];
        TaskTable table = Problems.Mixed(400, 300, tasks: tasks);
        double[][] gramians = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using ManagedNetwork network = Network(table, new NetworkShape(300, [96, 70], tasks), 0, 16, threads);
            return Compute(network, tasks.Length, 250, 1);
        })];
        CollectionAssert.AreEqual(gramians[0], gramians[1]);
        CollectionAssert.AreEqual(gramians[0], gramians[2]);
        Assert.IsGreaterThan(0, gramians[0][0]);
    }

    /// <summary>A bias is sketched among the inputs; everything else has a place of its own.</summary>
    [TestMethod]
    public void Compute_PlacesForAll_ErrsByBiasesAlone()
    {
        TaskTable table = Problems.Mixed(80, 30);
        var shape = new NetworkShape(30, [28, 20], table.Tasks);
        using ManagedNetwork exact = Network(table, shape, 0, null), sketched = Network(table, shape, 0, 32);
        double[] expected = Compute(exact, 3, 60, 1), actual = new double[9];
        for (int step = 1; step <= Sketches; step++)
            foreach ((int i, double value) in Compute(sketched, 3, 60, step).Index())
                actual[i] += value / Sketches;
        for (int i = 0; i < 9; i++)
        {
            double lengths = Math.Sqrt(expected[i / 3 * 4] * expected[i % 3 * 4]);
            Assert.AreEqual(expected[i], actual[i], 4 * lengths * Math.Sqrt(2.0 / 32 / Sketches), $"{i}");
        }
    }

    [TestMethod]
    public void Compute_SomeTasks_IsPartOfThatOfAll()
    {
        TaskTable table = Problems.Mixed(80, 70);
        using ManagedNetwork network = Network(table, new NetworkShape(70, [40, 30], table.Tasks), 0, 16);
        double[] all = Compute(network, 3, 60, 1), some = new double[4];
        network.ComputeGramian([1, 1, 1], [0, 2], some);
        double scale = all.Max();
        foreach ((double whole, double part) in new[] { all[0], all[2], all[6], all[8] }.Zip(some))
            Assert.AreEqual(whole, part, 1e-6 * scale);
    }

    private static void AssertIsUnbiased(TaskTable table, int[] hidden, int size, float dropout, bool layerNorm)
    {
        int n = table.Tasks.Count;
        var shape = new NetworkShape(table.FeatureCount, hidden, table.Tasks, layerNorm);
        using ManagedNetwork sketched = Network(table, shape, dropout, size);
        using ManagedNetwork exact = Network(table, shape, dropout, null);
        double[] mean = new double[n * n], squares = new double[n * n];
        double[] sum = new double[n * n], bound = new double[n * n];
        for (int step = 1; step <= Sketches; step++)
        {
            // With dropout every step has a network of its own.
            double[] own = Compute(exact, n, 60, step), drawn = Compute(sketched, n, 60, step);
            for (int i = 0; i < n * n; i++)
            {
                sum[i] += own[i] / Sketches;
                mean[i] += drawn[i] / Sketches;
                squares[i] += (drawn[i] - own[i]) * (drawn[i] - own[i]) / Sketches;
                bound[i] += (4.0 / size + 4.0 / size / size) * own[i / n * (n + 1)] * own[i % n * (n + 1)] / Sketches;
            }
        }
        for (int i = 0; i < n * n; i++)
        {
            string entry = $"tasks {i / n} and {i % n}";
            Assert.IsLessThan(1.1 * Math.Sqrt(bound[i]), Math.Sqrt(squares[i]), entry);
            Assert.AreEqual(sum[i], mean[i], 4 * Math.Sqrt(bound[i] / Sketches), entry);
            Assert.IsGreaterThan(0, squares[i], entry);
        }
    }

    private static double[] Compute(ManagedNetwork network, int tasks, int rows, int step)
    {
        var gramian = new double[tasks * tasks];
        network.Forward([.. Enumerable.Range(0, rows)], step);
        network.ComputeGramian([.. Enumerable.Repeat(1f, tasks)], [.. Enumerable.Range(0, tasks)], gramian);
        return gramian;
    }

    private static ManagedNetwork Network(TaskTable table, NetworkShape shape, float dropout, int? sketch,
        int threads = 2)
    {
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, table.RowCount)], []),
            Problems.AllTasks(table));
        float[] parameters = SharedBottomNetwork.Initialize(shape, 4).Parameters;
        var random = new RandomStream(4, "perturbed");
        foreach (ref float p in parameters.AsSpan(0, shape.TrunkParameterCount))
            p += 0.1f * random.NextSingle();
        return new ManagedNetwork(problem, shape, parameters,
            new EngineSettings(0, null, dropout, 3, threads, sketch), 256);
    }
}
