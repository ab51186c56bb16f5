using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>
/// Planted groups: tasks of one group must, on average, score above strangers, with every method's default options.
/// </summary>
[TestClass]
public sealed class AffinityRecoveryTests
{
    [TestMethod]
    [DataRow("label-correlation")]
    [DataRow("landscape")]
    [DataRow("data-maps")]
    [DataRow("lasso")]
    [DataRow("gradient-cosine")]
    [DataRow("gradient-dot")]
    [DataRow("tag")]
    [DataRow("input-attribution")]
    [DataRow("representation")]
    public void Estimate_PlantedGroups_PartnersScoreAboveStrangers(string method) => Recovers(method, 0.75);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("label-injection")]
    [DataRow("pairwise")]
    [DataRow("higher-order")]
    [DataRow("ridge-surrogate")]
    [DataRow("kernel-surrogate")]
    public void Estimate_PlantedGroupsReallyTrained_PartnersScoreAboveStrangers(string method) => Recovers(method, 0.6);

    /// <param name="method">The method.</param>
    /// <param name="area">
    /// Least share of (partner, stranger) pairs of a target in the right order; guessing reaches one half.
    /// </param>
    private static void Recovers(string method, double area)
    {
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(new() { Rows = 500 });
        TaskAffinity affinity = AffinityMethods.Create(method, new()).Estimate(table, RowSplit.Random(500, 0.25, 1));
        double partners = 0, strangers = 0, ordered = 0;
        int pairs = 0;
        for (int i = 0; i < affinity.Count; i++)
            for (int j = 0; j < affinity.Count; j++)
            {
                if (j == i || j / 4 != i / 4)
                    continue;
                partners += affinity[i, j] / 36;
                for (int k = 0; k < affinity.Count; k++)
                    if (k / 4 != i / 4)
                    {
                        strangers += affinity[i, k] / 288;
                        ordered += 0.5 * (1 + Math.Sign(affinity[i, j] - affinity[i, k]));
                        pairs++;
                    }
            }
        Assert.AreEqual("0,1,2,3|4,5,6,7|8,9,10,11", planted.ToString());
        Assert.IsTrue(partners > strangers, $"{partners} inside the groups, {strangers} across");
        Assert.IsTrue(ordered / pairs > area, $"{ordered / pairs:F3} of the pairs are in order");
    }
}
