using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class TaskTablesTests
{
    [TestMethod]
    public void Append_OtherOrder_MatchesTasksAndClassesByName()
    {
        TaskTable first = new([1, 2], 1, [new("b", TaskKind.Binary), new("c", TaskKind.Multiclass, ["x", "y"])],
            [0, 1, 1, 0]);
        TaskTable second = new([3, 4], 1,
            [new("c", TaskKind.Multiclass, ["y", "z", "x"]), new("b", TaskKind.Binary), new("new", TaskKind.Binary)],
            [2, 1, 1, 1, float.NaN, 0], [1, 2, 1, 1, 1, 1]);
        TaskTable both = TaskTables.Append(first, second, out IReadOnlyList<string> unknown);
        CollectionAssert.AreEqual(new[] { 0, 1, 1, 0, 1, 0, float.NaN, float.NaN }, both.Labels);
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 1, 2, 1, 1, 1 }, both.Weights);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4 }, both.Features.ToArray());
        CollectionAssert.AreEqual(new[] { "task 'new'", "class 'z' of task 'c'" }, unknown.ToArray());
    }

    [TestMethod]
    public void Append_OtherKind_IsRefused()
    {
        TaskTable first = new([1], 1, [new("b", TaskKind.Binary)], [0]);
        TaskTable second = new([1], 1, [new("b", TaskKind.Regression)], [0]);
        var e = Assert.ThrowsExactly<ArgumentException>(() => TaskTables.Append(first, second, out _));
        StringAssert.Contains(e.Message, "Task 'b' is Binary in the training rows, Regression in the validation rows");
    }
}
