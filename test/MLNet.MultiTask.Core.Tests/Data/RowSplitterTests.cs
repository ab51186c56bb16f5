namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class RowSplitterTests
{
    [TestMethod]
    public void Split_NothingRare_IsTheSplitAtRandom()
    {
        TaskTable table = Table(100, r => r % 2, r => r);
        RowSplit expected = RowSplit.Random(100, 0.2, 7), split = new RowSplitter { Seed = 7 }.Split(table, 0.2);
        CollectionAssert.AreEqual(expected.Train, split.Train);
        CollectionAssert.AreEqual(expected.Validation, split.Validation);
    }

    [TestMethod]
    public void Split_OnePositive_IsFittedWhateverTheSeed()
    {
        TaskTable table = Table(60, r => r == 17 ? 1 : 0, r => r is 4 or 50 ? r : 3);
        for (ulong seed = 0; seed < 40; seed++)
        {
            RowSplit split = new RowSplitter { Seed = seed }.Split(table, 0.5);
            CollectionAssert.Contains(split.Train, 17);
            Assert.IsGreaterThanOrEqualTo(2, split.Train.Select(r => table.Label(r, 1)).Distinct().Count());
            Assert.AreEqual(60, split.Train.Concat(split.Validation).Distinct().Count());
        }
    }

    [TestMethod]
    public void Split_OneNegative_IsFitted()
    {
        TaskTable table = Table(60, r => r == 17 ? 0 : 1, r => r);
        for (ulong seed = 0; seed < 40; seed++)
            CollectionAssert.Contains(new RowSplitter { Seed = seed }.Split(table, 0.5).Train, 17);
    }

    [TestMethod]
    public void Split_Keys_AreNeverOnBothSides()
    {
        TaskTable table = Table(200, r => r % 3 == 0 ? 1 : 0, r => r);
        ulong[] keys = [.. Enumerable.Range(0, 200).Select(r => RowSplitter.Key($"customer {r / 7}"))];
        for (ulong seed = 0; seed < 20; seed++)
        {
            RowSplit split = new RowSplitter { Seed = seed, RowKeys = keys }.Split(table, 0.3);
            Assert.IsEmpty(split.Train.Select(r => keys[r]).Intersect(split.Validation.Select(r => keys[r])));
            Assert.IsInRange(50, 70, split.Validation.Length);
        }
    }

    [TestMethod]
    public void Split_KeyWithTheOnlyPositive_MovesAsAWhole()
    {
        TaskTable table = Table(40, r => r == 17 ? 1 : 0, r => r);
        ulong[] keys = [.. Enumerable.Range(0, 40).Select(r => (ulong)(r / 4))];
        for (ulong seed = 0; seed < 20; seed++)
        {
            RowSplit split = new RowSplitter { Seed = seed, RowKeys = keys }.Split(table, 0.5);
            CollectionAssert.IsSubsetOf(new[] { 16, 17, 18, 19 }, split.Train);
        }
    }

    [TestMethod]
    public void Folds_Together_HoldEveryRowOutOnce()
    {
        TaskTable table = Table(53, r => r % 2, r => r);
        RowSplit[] folds = new RowSplitter { Seed = 3 }.Folds(table, 4);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 53).ToArray(),
            folds.SelectMany(f => f.Validation).ToArray());
        Assert.IsTrue(folds.All(f => f.Validation.Length is 13 or 14));
        Assert.IsTrue(folds.All(f => !f.Train.Intersect(f.Validation).Any()));
    }

    [TestMethod]
    public void Split_Ordered_HoldsOutTheLastRows()
    {
        TaskTable table = Table(50, r => r % 2, r => r);
        RowSplit split = new RowSplitter { IsOrdered = true }.Split(table, 0.2);
        CollectionAssert.AreEqual(Enumerable.Range(40, 10).ToArray(), split.Validation);
        RowSplit[] folds = new RowSplitter { IsOrdered = true }.Folds(table, 5);
        Assert.IsTrue(folds.All(f => f.Train.Max() < f.Validation.Min()));
        CollectionAssert.AreEqual(Enumerable.Range(25, 25).ToArray(), folds.SelectMany(f => f.Validation).ToArray());
    }

    [TestMethod]
    public void Folds_FewerKeysThanFolds_SaysSo()
    {
        TaskTable table = Table(10, r => r % 2, r => r);
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new RowSplitter { RowKeys = [.. Enumerable.Repeat(1UL, 10)] }.Folds(table, 3));
        StringAssert.Contains(e.Message, "3 folds need at least as many different keys; there are 1");
    }

    [TestMethod]
    public void Split_WrongNumberOfKeys_SaysBoth()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new RowSplitter { RowKeys = [1, 2] }.Split(Table(10, r => r % 2, r => r), 0.2));
        StringAssert.Contains(e.Message, "2 row keys given, 10 rows expected");
    }

    private static TaskTable Table(int rows, Func<int, float> binary, Func<int, float> value) => new(new float[rows], 1,
        [new TaskInfo("b", TaskKind.Binary), new TaskInfo("v", TaskKind.Regression)],
        [.. Enumerable.Range(0, rows).SelectMany(r => new[] { binary(r), value(r) })]);
}
