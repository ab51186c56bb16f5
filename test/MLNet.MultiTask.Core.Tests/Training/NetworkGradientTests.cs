using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class NetworkGradientTests
{
    public static IEnumerable<object[]> Shapes =>
        from tasks in new[] { "b", "m", "r", "bmr", "bbbbbbbbbbbbbbbbbbb", "rmbmr" }
        from hidden in new[] { Array.Empty<int>(), [7], [9, 4] }
        select new object[] { tasks, hidden };

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void Compute_AnyLayersAndLosses_EqualsFiniteDifferences(string kinds, int[] hidden)
    {
        TaskTable table = Problems.Mixed(30, 4, tasks: Tasks(kinds));
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 30)], []), Problems.AllTasks(table));
        var shape = new NetworkShape(4, hidden, table.Tasks);
        float[] parameters = SharedBottomNetwork.Initialize(shape, 4).Parameters;
        int[] rows = [3, 1, 4, 15, 9, 2, 6, 5, 28, 29, 11];
        var gradient = new float[shape.ParameterCount];
        var batches = new NetworkGradient(shape, rows.Length, 1);
        batches.Compute(problem, rows, parameters, gradient);
        Assert.AreEqual(DoubleNetwork.Loss(problem, shape, [.. parameters], rows),
            MultiTaskLoss.Total(table.Tasks, batches.Losses, batches.WeightSums), 1e-5);

        double[] exact = [.. parameters];
        for (int i = 0; i < exact.Length; i++)
        {
            const double step = 1e-6;
            double value = exact[i];
            exact[i] = value + step;
            double up = DoubleNetwork.Loss(problem, shape, exact, rows);
            exact[i] = value - step;
            double down = DoubleNetwork.Loss(problem, shape, exact, rows);
            exact[i] = value;
            Assert.AreEqual((up - down) / (2 * step), gradient[i], 2e-5, $"parameter {i}");
        }
    }

    [TestMethod]
    public void Compute_TaskAbsentFromBatch_HasNoGradientInItsHead()
    {
        TaskTable full = Problems.Mixed(30, 4, 0);
        float[] labels = [.. full.Labels];
        for (int row = 0; row < 10; row++)
            labels[row * 3] = float.NaN;
        TaskTable table = Problems.With(full, labels);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 30)], []), [0, 1, 2]);
        var shape = new NetworkShape(4, [6], table.Tasks);
        var gradient = new float[shape.ParameterCount];
        new NetworkGradient(shape, 10, 1).Compute(problem, [.. Enumerable.Range(0, 10)],
            SharedBottomNetwork.Initialize(shape, 1).Parameters, gradient);
        LayerShape head = shape.Layer(1);
        Assert.IsTrue(gradient.AsSpan(head.WeightOffset, 6).IndexOfAnyExcept(0f) < 0);
        Assert.AreEqual(0f, gradient[head.BiasOffset]);
        Assert.IsTrue(gradient.AsSpan(head.WeightOffset + 6, 6).IndexOfAnyExcept(0f) >= 0);
    }

    private static TaskInfo[] Tasks(string kinds) => [.. kinds.Select((kind, i) => kind switch
    {
        'b' => new TaskInfo($"{i}", TaskKind.Binary, weight: 1 + i),
        'm' => new TaskInfo($"{i}", TaskKind.Multiclass, ["x", "y", "z"], 0.5f),
        _ => new TaskInfo($"{i}", TaskKind.Regression, weight: 2),
    })];
}
