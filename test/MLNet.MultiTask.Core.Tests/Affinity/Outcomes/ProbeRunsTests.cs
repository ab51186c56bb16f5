using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class ProbeRunsTests
{
    // The loss falls at once and again after a pause of so many epochs.
    [TestMethod]
    [DataRow(0, 30, 5)]
    [DataRow(4, 30, 5)]
    [DataRow(7, 30, 10)]
    [DataRow(25, 30, 30)]
    [DataRow(7, 8, 8)]
    [DataRow(7, 3, 3)]
    [DataRow(25, int.MaxValue, 40)]
    public void EnoughFor_FallAfterAPause_IsThePatienceThatSeesIt(int pause, int own, int expected)
    {
        double[] course = [3, 2, .. Enumerable.Repeat(2.5, pause), 1, .. Enumerable.Repeat(1.5, 30)];
        ProbeRun run = Run(course);
        Assert.AreEqual(expected, ProbeRuns.EnoughFor([run, run], 5, own));
    }

    [TestMethod]
    public void EnoughFor_FallBelowAHundredth_IsTheLeast() =>
        Assert.AreEqual(5, ProbeRuns.EnoughFor([Run([3, 2, .. Enumerable.Repeat(2.5, 12), 1.99, 2.5])], 5, 30));

    // The mean is best where one member is; the other goes on to fall.
    [TestMethod]
    public void EnoughFor_OneMemberGetsBetterLater_CountsItsOwnBest()
    {
        double[][] course = [[1, 1], [0.1, 0.9], .. Enumerable.Range(0, 8).Select(_ => new[] { 5.0, 0.9 }), [5, 0.5]];
        var run = new ProbeRun([0, 1], 0, course, [.. course.Select(losses => losses.Average())], 0);
        Assert.AreEqual(10, ProbeRuns.EnoughFor([run], 5, 30));
    }

    private static ProbeRun Run(double[] course) => new([0], 0, [.. course.Select(loss => new[] { loss })], course, 0);
}
