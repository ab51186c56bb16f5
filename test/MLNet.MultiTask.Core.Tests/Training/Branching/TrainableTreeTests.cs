using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Branching;

[TestClass]
public sealed class TrainableTreeTests
{
    private static readonly TaskInfo[] s_tasks =
        [new("r1", TaskKind.Regression), Problems.Binary, Problems.Classes, new("r2", TaskKind.Regression)];

    [TestMethod]
    [DataRow("0,1,2,3", new[] { 5 })]
    [DataRow("0|1,3|2", new[] { 5 })]
    [DataRow("0,1,2,3/0,2|1,3", new[] { 6, 4 })]
    [DataRow("0,3|1,2/0|1,2|3", new[] { 3, 5 })]
    [DataRow("0,1,2,3/0,3|1,2/0|1|2|3", new[] { 37, 4, 3 })]
    [DataRow("0,1,2,3", new[] { 5 }, true)]
    [DataRow("0,3|1,2/0|1,2|3", new[] { 4, 5 }, true)]
    [DataRow("0,1,2,3/0,3|1,2/0|1|2|3", new[] { 37, 4, 5 }, true)]
    public void ComputeGradient_AnyTree_EqualsFiniteDifferences(string text, int[] hidden, bool layerNorm = false)
    {
        TaskTable table = Problems.Mixed(30, 4, tasks: s_tasks);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 30)], []), [0, 1, 2, 3]);
        var shape = new TreeShape(4, hidden, TaskTree.Parse(text), table.Tasks, layerNorm);
        float[] parameters = Perturbed(shape);
        int[] rows = [3, 1, 4, 15, 9, 2, 6, 5, 28, 29, 11];
        var gradient = new float[shape.ParameterCount];
        using TrainingStep step =
            Step(problem, shape, parameters, new TrainingOptions { Hidden = hidden, Threads = 2 });
        step.ComputeGradient(rows, gradient);
        Assert.AreEqual(DoubleTree.Loss(problem, shape, [.. parameters], rows),
            MultiTaskLoss.Total(table.Tasks, step.Losses, step.WeightSums), 1e-5);

        double[] exact = [.. parameters];
        for (int i = 0; i < exact.Length; i++)
        {
            const double nudge = 1e-6;
            double value = exact[i];
            exact[i] = value + nudge;
            double up = DoubleTree.Loss(problem, shape, exact, rows);
            exact[i] = value - nudge;
            double down = DoubleTree.Loss(problem, shape, exact, rows);
            exact[i] = value;
            Assert.AreEqual((up - down) / (2 * nudge), gradient[i], 2e-5, $"parameter {i}");
        }
    }

    // Each task's own gradient is that of finite differences, as above.
    [TestMethod]
    [DataRow("0,1,2,3", new[] { 5 })]
    [DataRow("0|1,3|2", new[] { 5 })]
    [DataRow("0,1,2,3/0,2|1,3", new[] { 6, 4 }, true)]
    [DataRow("0,3|1,2/0|1,2|3", new[] { 3, 5 })]
    public void ComputeGramian_AnyTree_IsOfTheTasksOwnGradientsBelowTheHeads(string text, int[] hidden,
        bool layerNorm = false)
    {
        (TrainableTree network, TreeShape shape) = Ready(text, hidden, layerNorm);
        using TrainableTree owned = network;
        float[] factors = [0.3f, 0.7f, 1.1f, 0.4f];
        float[][] own = [.. Enumerable.Range(0, 4).Select(t => Gradient(network, shape, Only(t, factors)))];
        int[] wanted = [0, 1, 3];
        var gramian = new double[9];
        network.ComputeGramian(factors, wanted, gramian);
        TaskTree tree = TaskTree.Parse(text);
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
            {
                double expected = Enumerable.Range(0, shape.TrunkParameterCount)
                    .Sum(p => (double)own[wanted[i]][p] * own[wanted[j]][p]);
                Assert.AreEqual(expected, gramian[i * 3 + j], 1e-5 * (1 + Math.Abs(expected)), $"{i}, {j}");
                if (!tree.Levels[0].Groups.Any(g => g.Members.Contains(wanted[i]) && g.Members.Contains(wanted[j])))
                    Assert.AreEqual(0, gramian[i * 3 + j]);
            }
    }

    [TestMethod]
    [DataRow("0,1,2,3/0,2|1,3", new[] { 6, 4 }, true)]
    [DataRow("0,3|1,2/0|1,2|3", new[] { 3, 5 }, false)]
    public void ComputeGradient_TrunkWeights_WeighTheTasksBelowTheHeadsOnly(string text, int[] hidden, bool layerNorm)
    {
        (TrainableTree network, TreeShape shape) = Ready(text, hidden, layerNorm);
        using TrainableTree owned = network;
        float[] factors = [0.3f, 0.7f, 1.1f, 0.4f], weights = [2, 0, 0.5f, 1];
        float[][] own = [.. Enumerable.Range(0, 4).Select(t => Gradient(network, shape, Only(t, factors)))];
        float[] weighted = Gradient(network, shape, factors, weights);
        for (int p = 0; p < weighted.Length; p++)
        {
            bool shared = p < shape.TrunkParameterCount;
            Assert.AreEqual(Enumerable.Range(0, 4).Sum(t => (shared ? weights[t] : 1) * own[t][p]), weighted[p], 1e-5,
                $"parameter {p}");
        }
    }

    // Without a split the network is the shared-bottom one, parameter by parameter.
    [TestMethod]
    [DataRow(0f, null)]
    [DataRow(0f, 0.5f)]
    [DataRow(0f, null, true)]
    [DataRow(0f, null, false, "cagrad")]
    [DataRow(0f, null, true, "pcgrad")]
    public void Run_NoSplit_FollowsTheSharedBottomNetwork(float dropout, float? limit, bool layerNorm = false,
        string weighting = "equal")
    {
        TaskTable table = Problems.Mixed(120, 6, tasks: s_tasks);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 120)], []), [0, 1, 2, 3]);
        var options = new TrainingOptions
        {
            Hidden = [9, 7], Threads = 1, Dropout = dropout, MaxGradientNorm = limit,
            Weighting = TaskWeightings.Parse(weighting),
        };
        var flat = new NetworkShape(6, [9, 7], table.Tasks, layerNorm);
        var tree = new TreeShape(6, [9, 7], TaskTree.Split(TaskGrouping.All(4), 2, 2), table.Tasks,
            layerNorm);
        float[] start = SharedBottomNetwork.Initialize(flat, 3).Parameters;
        CollectionAssert.AreEqual(start, TaskTreeNetwork.Initialize(tree, 3));
        using var expected = new TrainingStep(problem, flat, start, options, 50);
        using TrainingStep actual = Step(problem, tree, start, options);
        for (int i = 0; i < 20; i++)
        {
            int[] rows = [.. Enumerable.Range(0, 40).Select(r => (r * 7 + i) % 120)];
            Assert.AreEqual(expected.Run(rows, 1), actual.Run(rows, 1), 2e-5, $"step {i}");
        }
        float[] one = new float[start.Length], other = new float[start.Length];
        expected.Export(one);
        actual.Export(other);
        for (int i = 0; i < one.Length; i++)
            Assert.AreEqual(one[i], other[i], 1e-4, $"parameter {i}");
    }

    [TestMethod]
    [DataRow(false, "equal")]
    [DataRow(true, "equal")]
    [DataRow(true, "cagrad")]
    public void Run_AnyThreads_SameBits(bool layerNorm, string weighting)
    {
        TaskTable table = Problems.Mixed(300, 8, tasks: s_tasks);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 300)], []), [0, 1, 2, 3]);
        var shape = new TreeShape(8, [70, 40], TaskTree.Parse("0,1|2,3/0|1|2,3"), table.Tasks, layerNorm);
        float[][] results = [.. new[] { 1, 2, 5 }.Select(threads =>
        {
            using TrainingStep step = Step(problem, shape, TaskTreeNetwork.Initialize(shape, 1),
                new TrainingOptions { Hidden = [70, 40], Threads = threads, Dropout = 0.2f, MaxGradientNorm = 1,
                    Weighting = TaskWeightings.Parse(weighting) });
            for (int i = 0; i < 6; i++)
                step.Run([.. Enumerable.Range(i * 40, 60)], 1);
            var parameters = new float[shape.ParameterCount];
            step.Export(parameters);
            return parameters;
        })];
        CollectionAssert.AreEqual(results[0], results[1]);
        CollectionAssert.AreEqual(results[0], results[2]);
    }

    [TestMethod]
    public void Shape_BranchesOfOneParent_AreOneBlock()
    {
        var shape = new TreeShape(3, [4, 2], TaskTree.Parse("0,3|1,2/0|1,2|3"), s_tasks);
        CollectionAssert.AreEqual(
            new[]
            {
                (0, -1, 0, 3, 8), (1, 0, 0, 4, 4), (1, 0, 4, 4, 2), (2, 1, 0, 2, 1), (2, 1, 2, 2, 1), (2, 2, 0, 2, 4),
            },
            shape.Blocks.Select(b => (b.Level, b.Parent, b.ParentColumn, b.Inputs, b.Outputs)).ToArray());
        Assert.AreEqual(32 + 20 + 10 + 3 + 3 + 12, shape.ParameterCount);
    }

    private static TrainingStep Step(TrainingProblem problem, TreeShape shape, float[] parameters,
        TrainingOptions options) =>
        new(problem, new TrainableTree(problem, shape, parameters, options.EngineSettings(), 64), options);

    private static (TrainableTree, TreeShape) Ready(string text, int[] hidden, bool layerNorm)
    {
        TaskTable table = Problems.Mixed(30, 4, tasks: s_tasks);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 30)], []), [0, 1, 2, 3]);
        var shape = new TreeShape(4, hidden, TaskTree.Parse(text), table.Tasks, layerNorm);
        var network = new TrainableTree(problem, shape, Perturbed(shape),
            new TrainingOptions { Hidden = hidden, Threads = 2 }.EngineSettings(), 64);
        network.Forward([3, 1, 4, 15, 9, 2, 6, 5, 28, 29, 11], 1);
        return (network, shape);
    }

    private static float[] Only(int task, float[] factors) =>
        [.. factors.Select((factor, t) => t == task ? factor : 0)];

    private static float[] Gradient(TrainableTree network, TreeShape shape, float[] factors, float[]? weights = null)
    {
        var gradient = new float[shape.ParameterCount];
        network.ComputeGradient(factors, weights, gradient);
        return gradient;
    }

    private static float[] Perturbed(TreeShape shape)
    {
        var random = new RandomStream(4, "perturbed");
        float[] parameters = TaskTreeNetwork.Initialize(shape, 2);
        foreach (ref float parameter in parameters.AsSpan())
            parameter += 0.2f * (float)random.NextNormal();
        return parameters;
    }
}
