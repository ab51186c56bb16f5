using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>
/// Data that say little: every method gives numbers that follow the data, or says which pairs it could not measure and
/// why, or refuses with a sentence that names the task or the rows.
/// </summary>
[TestClass]
public sealed class DegenerateAffinityTests
{
    private const int Rows = 120;

    private static readonly TrainingOptions s_short =
        new() { Hidden = [12, 8], MaxEpochs = 4, Patience = null, BatchSize = 32, Seed = 3 };

    public static IEnumerable<object[]> Methods => AffinityMethods.All.Select(m => new object[] { m.Name });

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_OneTask_SaysThatThereIsNoPair(string method)
    {
        TaskAffinity affinity = Estimate(method, Table([Regression("a")], Signal));
        Assert.AreEqual(1, affinity.Count);
        Assert.IsTrue(affinity[0, 0] >= 0);
        StringAssert.Contains(string.Join(' ', affinity.Warnings), "'a' is the only task");
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_TwoTasks_FollowsTheDataOrSaysWhyNot(string method) =>
        AssertFollows(method, (r, t, other) => Signal(r, t == 1 && other ? 3 : 0), Regression("a"), Regression("b"));

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_TwoTasksWithoutCommonRows_FollowsTheDataOrSaysWhyNot(string method) => AssertFollows(method,
        (r, t, other) => r % 2 == t ? Signal(r, t == 1 && other ? 3 : 0) : float.NaN, Regression("a"),
        Regression("b"));

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_TwoOfThreeTasksWithoutCommonRows_FollowsTheDataOrSaysWhyNot(string method) =>
        AssertFollows(method, (r, t, other) => t == 2 || r % 2 == t ? Signal(r, t == 1 && other ? 3 : t) : float.NaN,
            Regression("a"), Regression("b"), Regression("c"));

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_TasksOfTwoKinds_FollowsTheDataOrSaysWhyNot(string method) => AssertFollows(method,
        (r, t, other) => t == 0 ? Signal(r, 0) : Signal(r, other ? 3 : 0) > 0 ? 1 : 0, Regression("a"),
        new("b", TaskKind.Binary));

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_ConstantLabel_NamesTheTask(string method) => AssertToldOrRefused(method,
        (r, t) => t == 1 ? 5 : Signal(r, t), "'b'", Regression("a"), Regression("b"), Regression("c"));

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_OneClassOnly_NamesTheTask(string method) => AssertToldOrRefused(method,
        (r, t) => t == 1 ? 0 : Signal(r, t) > 0 ? 1 : 0, "'b'", new("a", TaskKind.Binary), new("b", TaskKind.Binary),
        new("c", TaskKind.Binary));

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_TaskWithoutLabel_NamesTheTask(string method) => AssertToldOrRefused(method,
        (r, t) => t == 1 ? float.NaN : Signal(r, t), "'b'", Regression("a"), Regression("b"), Regression("c"));

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_OneRowToTrain_SaysThatItIsTooLittle(string method)
    {
        TaskTable table = Table([Regression("a"), Regression("b"), Regression("c")], Signal);
        var split = new RowSplit([0], [1]);
        AssertToldOrRefused(() => AffinityMethods.Create(method, s_short).Estimate(table, split), 3, "'a'", "row");
    }

    [TestMethod]
    public void TaskTable_DuplicateNames_AreRefusedByName() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Table([Regression("a"), Regression("a")], Signal)).Message,
        "Task name 'a' is used twice");

    // Of two sets of data with other relations between the tasks, a method that measures gives other numbers; in
    // standardised rows of two partners they are the order alone, 1 and -1.
    private static void AssertFollows(string method, Func<int, int, bool, float> label, params TaskInfo[] tasks)
    {
        TaskAffinity? one = OrRefused(() => Estimate(method, Table(tasks, (r, t) => label(r, t, false)))),
            other = OrRefused(() => Estimate(method, Table(tasks, (r, t) => label(r, t, true))));
        if (one is null || other is null)
            return;
        for (int i = 0; i < tasks.Length; i++)
            for (int j = 0; j < tasks.Length; j++)
                if (i != j && one.Unmeasured?[i * tasks.Length + j] == true)
                    AssertTold(one, i, j);
                else if (i != j && i < 2 && j < 2)
                    Assert.IsTrue(one[i, j] != other[i, j] || (tasks.Length > 2 && Math.Abs(one[i, j]) > 0.99),
                        $"{one.TaskNames[i]} from {one.TaskNames[j]} is {one[i, j]} and {other[i, j]}");
    }

    private static void AssertToldOrRefused(string method, Func<int, int, float> label, string name,
        params TaskInfo[] tasks) =>
        AssertToldOrRefused(() => Estimate(method, Table(tasks, label)), tasks.Length, name);

    private static void AssertToldOrRefused(Func<TaskAffinity> estimate, int n, params string[] names)
    {
        TaskAffinity affinity;
        try
        {
            affinity = estimate();
        }
        catch (ArgumentException e)
        {
            Assert.IsTrue(names.Any(name => e.Message.Contains(name, StringComparison.Ordinal)), e.Message);
            return;
        }
        for (int j = 0; j < n; j++)
            if (j != 1)
            {
                AssertTold(affinity, 1, j);
                AssertTold(affinity, j, 1);
            }
    }

    private static void AssertTold(TaskAffinity affinity, int i, int j)
    {
        Assert.IsTrue(affinity.Unmeasured?[i * affinity.Count + j] == true, $"{i} from {j} is {affinity[i, j]}");
        Assert.AreEqual(0, affinity[i, j]);
        StringAssert.Contains(string.Join(' ', affinity.Warnings),
            $"'{affinity.TaskNames[Math.Min(i, j)]}' and '{affinity.TaskNames[Math.Max(i, j)]}'");
    }

    private static TaskAffinity? OrRefused(Func<TaskAffinity> estimate)
    {
        try
        {
            return estimate();
        }
        catch (ArgumentException e)
        {
            StringAssert.Contains(e.Message, "rows holds labels of two tasks");
            return null;
        }
    }

    private static TaskAffinity Estimate(string method, TaskTable table) =>
        AffinityMethods.Create(method, s_short).Estimate(table, RowSplit.Random(Rows, 0.3, 1));

    private static TaskInfo Regression(string name) => new(name, TaskKind.Regression);

    // Kind 3 is a task of other features.
    private static float Signal(int row, int kind)
    {
        var random = new RandomStream(11, "degenerate", row);
        float a = (float)random.NextNormal(), b = (float)random.NextNormal(), c = (float)random.NextNormal();
        return kind switch { 0 => a + 0.2f * b, 1 => a - 0.2f * b, 2 => b, _ => c - b };
    }

    private static TaskTable Table(TaskInfo[] tasks, Func<int, int, float> label)
    {
        float[] features = [.. Enumerable.Range(0, Rows).SelectMany(r =>
        {
            var random = new RandomStream(11, "degenerate", r);
            return new[] { (float)random.NextNormal(), (float)random.NextNormal(), (float)random.NextNormal() };
        })];
        return new TaskTable(features, 3, tasks,
            [.. Enumerable.Range(0, Rows).SelectMany(r => Enumerable.Range(0, tasks.Length).Select(t => label(r, t)))]);
    }
}
