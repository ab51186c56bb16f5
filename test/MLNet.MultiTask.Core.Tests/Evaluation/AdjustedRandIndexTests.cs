using MLNet.MultiTask.Evaluation;

namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public sealed class AdjustedRandIndexTests
{
    // (pairs together in both − expected) / (mean of pairs together in each − expected), by hand.
    [TestMethod]
    [DataRow("0,1|2,3", "0,1|2,3", 1)]
    [DataRow("0,1|2|3", "0,1|2,3", 0.5714285714285714)]
    [DataRow("0,1|2,3", "0,2|1,3", -0.5)]
    [DataRow("0,1,2,3", "0|1|2|3", 0)]
    [DataRow("0,1,2|3,4,5", "0,1|2,3|4,5", 0.24242424242424243)]
    [DataRow("0", "0", 1)]
    public void Of_SmallPartitions_IsTheHandComputedIndex(string one, string other, double expected)
    {
        Assert.AreEqual(expected, AdjustedRandIndex.Of(TaskGrouping.Parse(one), TaskGrouping.Parse(other)), 1e-12);
        Assert.AreEqual(expected, AdjustedRandIndex.Of(TaskGrouping.Parse(other), TaskGrouping.Parse(one)), 1e-12);
    }

    [TestMethod]
    public void Of_OtherNumberOfTasks_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() =>
            AdjustedRandIndex.Of(TaskGrouping.All(3), TaskGrouping.All(4))).Message, "3 and 4 tasks");
}
