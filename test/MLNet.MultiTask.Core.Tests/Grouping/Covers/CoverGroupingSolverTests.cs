using System.Text.Json;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class CoverGroupingSolverTests
{
    [TestMethod]
    [DataRow("TAG", 1), DataRow("CS", 1), DataRow("HOA", -1)]
    public void Solve_TaskonomyMatrices_ReproducesThePublishedSelections(string name, int sign)
    {
        using var document =
            JsonDocument.Parse(File.ReadAllText(Repository.Shared("data/affinity/tag_taskonomy.json")));
        string[] tasks = [.. document.RootElement.GetProperty("tasks").EnumerateArray().Select(t => t.GetString()!)];
        JsonElement entry = document.RootElement.GetProperty("matrices").GetProperty(name);
        double[] values = [.. entry.GetProperty("matrix").EnumerateArray().SelectMany(r =>
            r.EnumerateArray()).Select(v => sign * v.GetDouble())];
        var affinity = new TaskAffinity(tasks, values, name);
        foreach (JsonElement expected in entry.GetProperty("expected").EnumerateArray())
        {
            var options = new CoverGroupingOptions { GroupCount = expected.GetProperty("splits").GetInt32(),
                SingletonScore = sign > 0 ? -1e6 : null };
            GroupingResult result = new CoverGroupingSolver(options).Solve(affinity);
            Assert.AreEqual(sign * expected.GetProperty("value").GetDouble(), result.Objective, 1e-6);
            Assert.IsTrue(result.IsOptimal);
            CollectionAssert.AreEquivalent(
                expected.GetProperty("groups").EnumerateArray().Select(g =>
                    string.Concat(g.EnumerateArray().Select(t => t.GetString()))).ToArray(),
                result.Grouping.Groups.Select(g => string.Concat(g.Members.Select(t => tasks[t]))).ToArray());
        }
    }

    [TestMethod]
    public void Solve_PredictedLosses_ChoosesByThem()
    {
        // Task 2 alone is predicted best in every company of at least two others; everybody else wants to be alone.
        TaskAffinity affinity = new(["a", "b", "c", "d"], new double[16], "predicting")
        {
            PredictGroup = members =>
                [.. members.Select(t => t == 2 && members.Count >= 3 ? 0.0 : 1.0 * members.Count)],
        };
        GroupingResult result = new CoverGroupingSolver(new() { GroupCount = 4, UsePrediction = true }).Solve(affinity);
        Assert.AreEqual(-0.75, result.Objective, 1e-12);
        Assert.AreEqual(3, result.Grouping.Groups.Single(g => g.Served.Contains(2)).Members.Count);
        Assert.ThrowsExactly<ArgumentException>(() =>
            new CoverGroupingSolver(new() { UsePrediction = true }).Solve(Matrices.Planted(4, 2, 0, 1)));
    }

    [TestMethod]
    public void Solve_ManyTasks_FindsThePlantedGroups()
    {
        GroupingResult result =
            new CoverGroupingSolver(new() { GroupCount = 4, MaxGroupSize = 5, Restarts = 5 }).Solve(Matrices.Planted(20,
            4, 0.1, 3));
        foreach (TaskGroup group in result.Grouping.Groups)
            Assert.AreEqual(1, group.Members.Select(t => t / 5).Distinct().Count(), result.Grouping.ToString());
        Assert.IsFalse(result.IsOptimal);
    }

    [TestMethod]
    public void Solve_QuotientOfSmallMatrices_EqualsEnumerationOfAllCovers()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            TaskAffinity affinity = Matrices.Planted(4, 2, 1, seed);
            const int K = 3;
            double best = double.NegativeInfinity;
            for (int a = 1; a < 16; a++)
                for (int b = a + 1; b < 16; b++)
                    for (int c = b + 1; c < 16; c++)
                        if ((a | b | c) == 15)
                            best = Math.Max(best, Density(affinity, a) + Density(affinity, b) + Density(affinity, c));
            GroupingResult result = new QuotientCoverSolver(new() { GroupCount = K }).Solve(affinity);
            Assert.AreEqual(best, result.Objective, 1e-12);
            Assert.AreEqual(K, result.Grouping.Count);
        }
    }

    [TestMethod]
    public void Solve_QuotientBeyondTheExactLimit_IsAdmissible()
    {
        TaskAffinity affinity = Matrices.Planted(16, 4, 0.2, 1);
        GroupingResult result = new QuotientCoverSolver(new() { GroupCount = 4, Restarts = 5 }).Solve(affinity);
        Assert.AreEqual(DensityObjective.Value(affinity, result.Grouping), result.Objective, 1e-9);
        Assert.IsGreaterThanOrEqualTo(DensityObjective.Value(affinity,
            TaskGrouping.FromAssignment([.. Enumerable.Range(0, 16).Select(i => i / 4)])), result.Objective);
    }

    private static double Density(TaskAffinity affinity, int set) =>
        DensityObjective.Value(affinity, [.. Enumerable.Range(0, 4).Where(t => (set >> t & 1) == 1)]);
}
