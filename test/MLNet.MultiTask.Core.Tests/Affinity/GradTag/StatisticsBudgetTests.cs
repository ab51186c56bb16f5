using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class StatisticsBudgetTests
{
    [TestMethod]
    public void Dimension_FewTasks_IsWhatIsAskedFor() =>
        Assert.AreEqual(256, StatisticsBudget.Dimension(8, 20, 33, 256));

    [TestMethod]
    [DataRow(8, 500, 33), DataRow(8, 200, 65), DataRow(2, 1000, 0)]
    public void Dimension_ManyTasks_IsTheMostThatFit(int networks, int tasks, int head)
    {
        int d = StatisticsBudget.Dimension(networks, tasks, head, 1000);
        Assert.IsTrue(StatisticsBudget.Bytes(networks, tasks, d, head) <= StatisticsBudget.Most);
        Assert.IsTrue(StatisticsBudget.Bytes(networks, tasks, d + 1, head) > StatisticsBudget.Most);
    }

    [TestMethod]
    public void Dimension_TooManyTasks_IsNotBelowTheLeast() =>
        Assert.AreEqual(32, StatisticsBudget.Dimension(8, 100_000, 33, 256));

    // Two matrices of 3 + 2 directions: 15 numbers each. The head eliminated: 6 of H̃, 4 of its factor, 6 across, 3 + 2
    // of the gradients.
    [TestMethod]
    public void Bytes_SmallHead_CountsEveryNumberHeld() =>
        Assert.AreEqual(4 * 7 * 11 * (2 * 15 + 21), StatisticsBudget.Bytes(7, 11, 3, 2));
}
