namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public class TaskTableTests
{
    private static readonly TaskInfo[] Tasks =
        [new("sick", TaskKind.Binary), new("grade", TaskKind.Multiclass, ["A", "B", "C"]),
            new("hours", TaskKind.Regression)];

    [TestMethod]
    public void Constructor_MissingLabels_AreNotObserved()
    {
        var table = new TaskTable([1, 2, 3, 4], 2, Tasks, [0, 2, -7.5f, float.NaN, 1, float.NaN], [1, 2, 0, 1, 1, 1]);

        Assert.AreEqual(2, table.RowCount);
        CollectionAssert.AreEqual(new float[] { 3, 4 }, table.FeatureRow(1).ToArray());
        Assert.AreEqual(2, table.Label(0, 1));
        Assert.AreEqual(2, table.Weight(0, 1));
        Assert.IsFalse(table.IsObserved(0, 2), "weight 0");
        Assert.IsFalse(table.IsObserved(1, 0), "label NaN");
        Assert.AreEqual(0, table.Weight(1, 0));
        Assert.IsTrue(table.IsObserved(1, 1));
    }

    [TestMethod]
    [DataRow(0.5f, 0f, 0f, "Label of task 'sick' in row 0 is 0.5; expected 0, 1 or NaN (not observed)")]
    [DataRow(0f, 3f, 0f,
        "Label of task 'grade' in row 0 is 3; expected a class index from 0 to 2 or NaN (not observed)")]
    [DataRow(0f, 1.5f, 0f,
        "Label of task 'grade' in row 0 is 1.5; expected a class index from 0 to 2 or NaN (not observed)")]
    [DataRow(0f, 0f, float.PositiveInfinity, "Label of task 'hours' in row 0 is ")]
    public void Constructor_BadLabel_NamesRowAndTask(float sick, float grade, float hours, string message)
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => new TaskTable([1], 1, Tasks, [sick, grade, hours]));
        StringAssert.StartsWith(e.Message, message, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Constructor_BadFeature_NamesRowAndFeature()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new TaskTable([1, 2, 3, float.NaN], 2, Tasks, new float[6]));
        StringAssert.StartsWith(e.Message, "Feature 1 of row 1 is NaN", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Constructor_NegativeWeight_NamesRowAndTask()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => new TaskTable([1], 1, Tasks, [0, 0, 0], [1, -1, 1]));
        StringAssert.StartsWith(e.Message, "Weight of task 'grade' in row 0 is -1", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Constructor_DuplicateTaskName_IsRefused()
    {
        TaskInfo[] twice = [new("a", TaskKind.Binary), new("a", TaskKind.Regression)];
        var e = Assert.ThrowsExactly<ArgumentException>(() => new TaskTable([1], 1, twice, [0, 0]));
        StringAssert.StartsWith(e.Message, "Task name 'a' is used twice", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Constructor_WrongLengths_AreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new TaskTable([1, 2, 3], 2, Tasks, new float[3]));
        Assert.ThrowsExactly<ArgumentException>(() => new TaskTable([1, 2], 1, Tasks, new float[3]));
        Assert.ThrowsExactly<ArgumentException>(() => new TaskTable([1], 1, Tasks, new float[3], new float[2]));
        Assert.ThrowsExactly<ArgumentException>(() => new TaskTable([1], 1, [], []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TaskTable([], 0, Tasks, []));
    }

    [TestMethod]
    public void TaskInfo_ClassesAndWeight_MustFitTheKind()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new TaskInfo("", TaskKind.Binary));
        Assert.ThrowsExactly<ArgumentException>(() => new TaskInfo("m", TaskKind.Multiclass, ["only"]));
        Assert.ThrowsExactly<ArgumentException>(() => new TaskInfo("b", TaskKind.Binary, ["no", "yes"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TaskInfo("b", TaskKind.Binary, weight: -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TaskInfo("b", TaskKind.Binary, weight: float.NaN));
    }
}
