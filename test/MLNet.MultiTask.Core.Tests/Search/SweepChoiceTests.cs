using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class SweepChoiceTests
{
    [TestMethod]
    public void Pareto_SlowerButBetter_AndFasterButWorse_AreBothThere()
    {
        SweepTrial slow = Trial(1, 0.50, 100, 8), fast = Trial(2, 0.52, 100, 2), beaten = Trial(3, 0.53, 100, 2.1),
            small = Trial(4, 0.60, 50, 8), unknown = Trial(5, 0.49, 100, double.NaN);
        CollectionAssert.AreEqual(new[] { 5, 4 }, Numbers(slow, fast, beaten, small, unknown));
        CollectionAssert.AreEqual(new[] { 1, 2, 4 }, Numbers(slow, fast, beaten, small));
    }

    [TestMethod]
    public void Pareto_TimesThatDifferALittle_AreNoReason()
    {
        CollectionAssert.AreEqual(new[] { 1 }, Numbers(Trial(1, 0.50, 100, 2.2), Trial(2, 0.52, 100, 2)));
        CollectionAssert.AreEqual(new[] { 1 }, Numbers(Trial(1, 0.50, 100, 2), Trial(2, 0.50, 100, 2)));
    }

    private static int[] Numbers(params SweepTrial[] trials) => [.. SweepChoice.Pareto(trials).Select(t => t.Number)];

    private static SweepTrial Trial(int number, double loss, long bytes, double microseconds) => new()
    {
        Number = number, Point = new SweepPoint(TaskGrouping.All(2), "network"), Status = SweepTrialStatus.Completed,
        Losses = [[loss, loss]], Costs = [new SweepCost(bytes, microseconds)],
    };
}
