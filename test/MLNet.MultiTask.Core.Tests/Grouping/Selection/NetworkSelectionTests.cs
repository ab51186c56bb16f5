using System.Globalization;
using System.Text.Json;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class NetworkSelectionTests
{
    private const string Folder = "data/affinity/";

    [TestMethod]
    [DataRow(1, "optimal"), DataRow(1, "hoa"), DataRow(2, "optimal"), DataRow(2, "hoa")]
    public void Solve_StandleyTables_ReproducesEveryBudget(int setting, string variant)
    {
        NetworkTable validation = Read($"standley_setting{setting}_val.csv"), test =
            Read($"standley_setting{setting}_test.csv");
        NetworkTable table = variant == "hoa" ? validation.WithHigherOrderApproximation() : validation;
        using var expected = JsonDocument.Parse(File.ReadAllText(Repository.Shared(Folder + "expected_standley.json")));
        int budgets = 0;
        foreach (JsonElement entry in expected.RootElement.GetProperty("settings").GetProperty($"{setting}")
            .GetProperty(variant).EnumerateArray())
        {
            double budget = entry.GetProperty("budget").GetDouble();
            NetworkSelectionResult result = NetworkSelection.Solve(table.Networks, 5, new() { Budget = budget });
            Assert.IsTrue(result.IsOptimal);
            Assert.AreEqual(entry.GetProperty("selection_objective").GetDouble(), result.TotalLoss, 1e-6);
            Assert.IsLessThanOrEqualTo(budget, result.Cost);
            double total = test.TotalLoss(result.Chosen);
            if (entry.TryGetProperty("accepted_total_test_loss", out JsonElement accepted))
                Assert.IsTrue(accepted.EnumerateArray().Any(a => Math.Abs(a.GetDouble() - total) < 1e-6),
                    $"{budget}: {total}");
            else
            {
                Assert.AreEqual(entry.GetProperty("total_test_loss").GetDouble(), total, 1e-6);
                CollectionAssert.AreEquivalent(entry.GetProperty("networks").EnumerateArray().Select(n =>
                    n.GetString()).ToArray(),
                    result.Chosen.Select(c => table.Networks[c].Name).ToArray());
            }
            budgets++;
        }
        Assert.AreEqual(9, budgets);
    }

    [TestMethod]
    public void Solve_RandomCandidates_EqualsEnumeration()
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            var random = new RandomStream(seed, "selection");
            CandidateNetwork[] candidates = [.. Enumerable.Range(0, 9).Select(i =>
            {
                int[] members = [.. Enumerable.Range(0, 4).Where(_ => random.NextInt32(2) == 0)];
                members = members.Length == 0 ? [random.NextInt32(4)] : members;
                return new CandidateNetwork(members, [.. members.Select(_ => random.NextDouble() - 0.3)],
                    0.5 * (1 + random.NextInt32(3)), $"n{i}");
            }), new([0, 1, 2, 3], [2, 2, 2, 2], 0.5, "all")];
            double budget = 1 + 0.5 * random.NextInt32(4);
            double best = double.PositiveInfinity;
            for (int set = 1; set < 1 << candidates.Length; set++)
            {
                CandidateNetwork[] chosen = [.. candidates.Where((_, i) => (set >> i & 1) == 1)];
                if (chosen.Length > 3 || chosen.Sum(c => c.Cost) > budget)
                    continue;
                best = Math.Min(best, Enumerable.Range(0, 4).Sum(t => chosen.Min(c => c.Members.Contains(t)
                    ? c.Losses[c.Members.ToList().IndexOf(t)] : double.PositiveInfinity)));
            }
            NetworkSelectionResult result = NetworkSelection.Solve(candidates, 4,
                new() { Budget = budget, MaxNetworks = 3 });
            Assert.AreEqual(best, result.TotalLoss, 1e-12, $"seed {seed}");
            Assert.AreEqual(result.Chosen.Count, result.Grouping.Count, "every chosen network serves a task");
        }
    }

    [TestMethod]
    public void Solve_NodesUsedUp_ReturnsAValidBound()
    {
        NetworkTable table = Read("standley_setting1_val.csv");
        double optimum = NetworkSelection.Solve(table.Networks, 5, new() { Budget = 4 }).TotalLoss;
        NetworkSelectionResult cut = NetworkSelection.Solve(table.Networks, 5, new() { Budget = 4, MaxNodes = 30 });
        Assert.IsFalse(cut.IsOptimal);
        Assert.IsLessThanOrEqualTo(optimum, cut.Bound);
        Assert.IsGreaterThanOrEqualTo(optimum, cut.TotalLoss);
    }

    [TestMethod]
    public void Solve_TaskInNoNetwork_IsRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => NetworkSelection.Solve([new([0], [1], 1, "a")], 2));
        StringAssert.StartsWith(e.Message, "No selection within the limits serves all 2 tasks");
    }

    private static NetworkTable Read(string file)
    {
        string[] lines = File.ReadAllLines(Repository.Shared(Folder + file));
        string[] names = lines[0].Split(',')[1..];
        return new NetworkTable(names, [.. lines[1..].Where(l => l.Length > 0).Select(line =>
        {
            string[] cells = line.Split(',');
            int[] members = [.. Enumerable.Range(0, names.Length).Where(t => cells[t + 1].Length > 0)];
            double cost = double.Parse(cells[0], CultureInfo.InvariantCulture);
            return new CandidateNetwork(members,
                [.. members.Select(t => double.Parse(cells[t + 1], CultureInfo.InvariantCulture))], cost,
                string.Concat(members.Select(t => names[t])) + (cost == 0.5 ? "/2" : ""));
        })]);
    }
}
