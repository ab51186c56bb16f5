using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class FewerRowsTests
{
    [TestMethod]
    public void Of_RareClasses_KeepsRowsOfEach()
    {
        // Task 0 has 20 ones among 1,000 rows, task 1 has 3, task 2 as many of either.
        TaskTable table = Table(1000, row => [row % 50 == 0 ? 1 : 0, row is 100 or 333 or 900 ? 1 : 0, row % 2]);

        int[] rows = FewerRows.Of(table, [.. Enumerable.Range(0, 1000)], 100, seed: 4);

        Assert.HasCount(100, rows);
        CollectionAssert.AreEqual(rows.Distinct().Order().ToArray(), rows);
        Assert.IsGreaterThanOrEqualTo(FewerRows.LeastOfClass, rows.Count(r => table.Label(r, 0) == 1));
        Assert.AreEqual(3, rows.Count(r => table.Label(r, 1) == 1));
        Assert.IsGreaterThanOrEqualTo(FewerRows.LeastOfClass, rows.Count(r => table.Label(r, 2) == 0));
    }

    [TestMethod]
    public void Of_NoRareClass_TakesRowsAtRandomBySeed()
    {
        TaskTable table = Table(1000, row => [row % 2, 1 - row % 2, row / 500]);
        int[] all = [.. Enumerable.Range(0, 1000)], first = FewerRows.Of(table, all, 400, seed: 1);

        CollectionAssert.AreEqual(first, FewerRows.Of(table, all, 400, seed: 1));
        CollectionAssert.AreNotEqual(first, FewerRows.Of(table, all, 400, seed: 2));
        Assert.AreEqual(200, first.Count(r => r % 2 == 0), 40);
        CollectionAssert.AreEqual(all, FewerRows.Of(table, all, 1000, seed: 1));
    }

    private static TaskTable Table(int rows, Func<int, float[]> labels) => new(
        [.. Enumerable.Range(0, rows).Select(r => (float)r)], 1,
        [.. Enumerable.Range(0, 3).Select(t => new TaskInfo($"t{t}", TaskKind.Binary))],
        [.. Enumerable.Range(0, rows).SelectMany(labels)]);
}
