using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class StageComparisonTests
{
    [TestMethod]
    [DataRow(-0.1, 12, true)]
    [DataRow(-1.0, 12, true)]
    [DataRow(-0.1, 4, false, DisplayName = "six pairs: chance")]
    [DataRow(-0.9, 4, true)]
    [DataRow(-1.0, 3, false, DisplayName = "three pairs say nothing")]
    [DataRow(0.0, 40, false, DisplayName = "one of them is constant")]
    [DataRow(0.5, 12, false)]
    public void Warning_ByCorrelationAndTasks_OnlyWhereStagesSurelyDisagree(double correlation, int tasks,
        bool warns) =>
        Assert.AreEqual(warns, StageComparison.Warning(correlation, tasks) is not null);
}
