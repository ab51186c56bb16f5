using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class AffinitySubsetsTests
{
    [TestMethod]
    [DataRow(14, 5, 0, 8)]
    [DataRow(53, 10, 200, 8)]
    [DataRow(29, 10, 0, 3)]
    [DataRow(139, 10, 0, 8)]
    public void Draw_ManyTasks_CoversEveryPairWithDistinctSubsets(int tasks, int size, int atLeast, int coverage)
    {
        int[][] subsets = AffinitySubsets.Draw(tasks, size, atLeast, coverage, 3);
        Assert.IsTrue(subsets.Length >= atLeast);
        Assert.AreEqual(subsets.Length, subsets.Select(s => string.Join(',', s)).Distinct().Count());
        var counts = new int[tasks, tasks];
        foreach (int[] subset in subsets)
        {
            Assert.AreEqual(size, subset.Distinct().Count());
            CollectionAssert.AreEqual(subset.Order().ToArray(), subset);
            foreach (int i in subset)
                foreach (int j in subset)
                    counts[i, j]++;
        }
        for (int i = 0; i < tasks; i++)
            for (int j = 0; j < tasks; j++)
                Assert.IsTrue(counts[i, j] >= coverage, $"pair ({i}, {j}) stands in {counts[i, j]} subsets");
        double ideal = coverage * (double)tasks * (tasks - 1) / (size * (size - 1));
        Assert.IsTrue(subsets.Length <= Math.Max(atLeast, 1.8 * ideal + 1),
            $"{subsets.Length} subsets, {ideal:F0} would do at best");
    }

    [TestMethod]
    public void Draw_FewTasks_ReturnsAllSubsetsOfTheSize()
    {
        Assert.AreEqual(20, AffinitySubsets.Draw(6, 3, 0, 8, 1).Length);
        Assert.AreEqual(7, AffinitySubsets.Draw(3, 3, 0, 8, 1).Length);
        Assert.AreEqual(1, AffinitySubsets.Draw(1, 1, 0, 8, 1).Length);
    }

    [TestMethod]
    public void Draw_SameSeed_SameSubsets()
    {
        string Text(ulong seed) =>
            string.Join('|', AffinitySubsets.Draw(20, 5, 100, 8, seed).Select(s => string.Join(',', s)));
        Assert.AreEqual(Text(4), Text(4));
        Assert.AreNotEqual(Text(4), Text(5));
    }

    [TestMethod]
    [DataRow(7, 3, 2), DataRow(10, 3, 1), DataRow(12, 5, 2), DataRow(9, 8, 1)]
    public void Next_UntilNothingIsLeft_CoversEveryPairInEveryRoundAndRepeatsNoSubset(int tasks, int size, int coverage)
    {
        var sampler = new CoveringSubsets(tasks, size, 3);
        var seen = new HashSet<string>();
        while (!sampler.IsExhausted)
        {
            var left = AffinitySubsets.Combinations(tasks, size)
                .Where(s => !seen.Contains(string.Join(',', s))).ToList();
            int[][] round = sampler.Next(coverage, 0);
            Assert.IsTrue(round.Length > 0);
            foreach (int[] subset in round)
                Assert.IsTrue(seen.Add(string.Join(',', subset)), "a subset twice");
            for (int i = 0; i < tasks; i++)
                for (int j = 0; j < i; j++)
                    Assert.IsTrue(Count(round, i, j) >= Math.Min(coverage, Count(left, i, j)), $"pair ({i}, {j})");
        }
        Assert.AreEqual((int)AffinitySubsets.Binomial(tasks, size), seen.Count);
        Assert.AreEqual(0, sampler.Next(coverage, 5).Length);
    }

    private static int Count(IEnumerable<int[]> subsets, int i, int j) =>
        subsets.Count(s => s.Contains(i) && s.Contains(j));
}
