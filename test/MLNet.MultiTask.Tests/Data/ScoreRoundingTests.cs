using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public class ScoreRoundingTests
{
    [TestMethod]
    public void Warning_StepOfSinglesNearTheError_NamesTaskStepAndWayOut()
    {
        string? warning = ScoreRounding.Warning(Metrics(offset: 1e9));

        Assert.IsNotNull(warning);
        StringAssert.Contains(warning, "Task 'y'");
        StringAssert.Contains(warning, "multiples of 64");
        StringAssert.Contains(warning, "take a constant off the labels");
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(-1e6)]
    public void Warning_StepFarBelowTheError_IsNone(double offset) =>
        Assert.IsNull(ScoreRounding.Warning(Metrics(offset)));

    // Targets off by 1, so that the error is 1; singles have steps of 1/16 at 1e6.
    private static TaskMetrics Metrics(double offset) => MultiTaskMetrics.Evaluate(
        [new TaskInfo("y", TaskKind.Regression) { Offset = offset }], [1f, 2, 3, 4], [2f, 1, 4, 3]).Tasks[0];
}
