using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class RegretScoreTests
{
    [TestMethod]
    public void Regret_BothDirections_IsTheDistanceFromTheBest()
    {
        Assert.AreEqual(0.2, RegretScore.Regret(0.5, [0.3, 0.5, 0.9], higherIsBetter: false), 1e-12);
        Assert.AreEqual(0.4, RegretScore.Regret(0.5, [0.3, 0.5, 0.9], higherIsBetter: true), 1e-12);
    }

    [TestMethod]
    public void Percentile_Tie_CountsHalf()
    {
        Assert.AreEqual(62.5, RegretScore.Percentile(0.5, [0.6, 0.7, 0.5, 0.1], higherIsBetter: false), 1e-12);
        Assert.AreEqual(37.5, RegretScore.Percentile(0.5, [0.6, 0.7, 0.5, 0.1], higherIsBetter: true), 1e-12);
    }

    // Deviations from the means 2 and 11: 1, 1 and 1, 1; two degrees of freedom.
    [TestMethod]
    public void Noise_TwoGroupings_IsPooled() =>
        Assert.AreEqual(Math.Sqrt(2), RegretScore.Noise([[1, 3], [10, 12]]), 1e-12);

    [TestMethod]
    public void Random_Groupings_AreOfKGroupsAndUnlike()
    {
        TaskGrouping[] drawn = RegretScore.Random(6, 3, 200, 1);
        Assert.IsTrue(drawn.All(g => g.Count == 3 && g.TaskCount == 6));
        Assert.IsGreaterThan(60, drawn.Distinct().Count(), "of the 90 there are");
        CollectionAssert.AreEqual(drawn, RegretScore.Random(6, 3, 200, 1));
    }
}
