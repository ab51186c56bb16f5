namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class TaskAffinityTests
{
    [TestMethod]
    public void Indexer_RowIsTarget_ColumnIsSource()
    {
        var affinity = new TaskAffinity(["a", "b"], [0, 1, 2, 3], "test");
        Assert.AreEqual(1, affinity[0, 1]);
        Assert.AreEqual(2, affinity[1, 0]);
        Assert.AreEqual(2, affinity.Count);
    }

    [TestMethod]
    public void Constructor_NotFinite_NamesThePair()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new TaskAffinity(["a", "b"], [0, double.NaN, 2, 3], "test"));
        StringAssert.StartsWith(e.Message, "Affinity of task 'a' from task 'b' is NaN", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Constructor_WrongSize_IsRefused()
        => Assert.ThrowsExactly<ArgumentException>(() => new TaskAffinity(["a", "b"], new double[3], "test"));
}
