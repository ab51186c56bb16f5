using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class GroupCountSearchTests
{
    private static readonly TaskAffinity Affinity = Matrices.Planted(12, 3, 0.1, 1);

    [TestMethod]
    public void Run_ScoresPeakAtThePlantedNumber_FindsItAmongSingleAndAll()
    {
        int trained = 0;
        GroupCountSearchResult result = GroupCountSearch.Run(Affinity, (grouping, _) =>
        {
            trained++;
            double score = -Math.Abs(grouping.Count - 3);
            return [score - 0.1, score, score + 0.1];
        }, new() { GroupCounts = [2, 3, 4, 12, 1] });
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, 12 }, result.Curve.Select(c => c.Grouping.Count).ToArray());
        Assert.AreEqual(5, trained);
        Assert.AreEqual("0,1,2,3|4,5,6,7|8,9,10,11", result.Best.Grouping.ToString());
        Assert.AreEqual(0.1 / Math.Sqrt(3), result.Best.StandardError, 1e-12);
        Assert.AreSame(result.Best, result.FewestWithinNoise);
        Assert.AreEqual((1.0, 0.0), Rounded(result.Difference(result.Curve[1])));
    }

    [TestMethod]
    public void FewestWithinNoise_SmallNoisyLead_TakesFewerGroups()
    {
        GroupCountSearchResult result = GroupCountSearch.Run(Affinity,
            (grouping, _) => grouping.Count == 12 ? [1.0, 1.4] : grouping.Count == 1 ? [1.3, 0.9] : [0.0, 0.0],
                new() { GroupCounts = [3] });
        Assert.AreEqual(12, result.Best.Grouping.Count);
        Assert.AreEqual(1, result.FewestWithinNoise.Grouping.Count);
    }

    [TestMethod]
    public void Run_OneSeed_HasNoNoiseAndStillChooses()
    {
        GroupCountSearchResult result = GroupCountSearch.Run(Affinity, (g, _) => [g.Count],
            new() { GroupCounts = [3] });
        Assert.AreEqual(12, result.Best.Grouping.Count);
        Assert.IsTrue(double.IsNaN(result.Best.StandardError));
        Assert.AreSame(result.Best, result.FewestWithinNoise);
    }

    [TestMethod]
    [DataRow(1, ""), DataRow(2, ""), DataRow(4, "2"), DataRow(14, "2,3,4,5,7"), DataRow(100, "2,4,7,14,26,50")]
    public void DefaultCounts_AnyNumberOfTasks_AreAFewGeometricSteps(int tasks, string expected) =>
        Assert.AreEqual(expected, string.Join(',', GroupCountSearch.DefaultCounts(tasks)));

    [TestMethod]
    public void Run_BadScoresOrCounts_AreRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => GroupCountSearch.Run(Affinity, (g, _) =>
            new double[g.Count], new() { GroupCounts = [3] }));
        StringAssert.Contains(e.Message, "1 finite scores expected");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GroupCountSearch.Run(Affinity, (_, _) => [1],
            new() { GroupCounts = [13] }));
    }

    private static (double, double) Rounded((double Mean, double Error) d) =>
        (Math.Round(d.Mean, 12), Math.Round(d.Error, 12));
}
