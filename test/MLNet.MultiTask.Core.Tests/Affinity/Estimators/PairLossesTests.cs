using System.Text.Json;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Tests.Grouping;
using Network = MLNet.MultiTask.Tests.Affinity.StandleyTables.Network;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class PairLossesTests
{
    [TestMethod]
    public void PredictGroup_PairsOfFiveTasks_IsTheMeanOverPartners()
    {
        var pairs = new PairLosses([1, 2, 4, 3, 5, 7, 6, 8, 9], 3);
        CollectionAssert.AreEqual(new double[] { 3, 5, 7 }, pairs.PredictGroup([0, 1, 2]));
        CollectionAssert.AreEqual(new double[] { 8, 7 }, pairs.PredictGroup([2, 1]));
        CollectionAssert.AreEqual(new double[] { 5 }, pairs.PredictGroup([1]));
        Assert.AreEqual(1 - 7.0 / 5, pairs.RelativeGains()[1 * 3 + 2], 1e-12);
    }

    [TestMethod]
    public void PredictGroup_BadGroup_SaysWhatIsWrong()
    {
        var pairs = new PairLosses([1, 2, 3, 4], 2);
        string Message<T>(params int[] group) where T : ArgumentException =>
            Assert.ThrowsExactly<T>(() => pairs.PredictGroup(group)).Message;
        StringAssert.Contains(Message<ArgumentException>(), "at least one task");
        StringAssert.Contains(Message<ArgumentException>(1, 0, 1), "Task 1 stands twice");
        StringAssert.Contains(Message<ArgumentOutOfRangeException>(2), "from 0 to 1");
    }

    // Every choice of networks within the budget is tried on the predicted losses; the chosen ones are looked up
    // in the test table.
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void PredictGroup_PublishedTables_SelectionsReachThePublishedCurve(int setting)
    {
        StandleyTables validation = StandleyTables.Read(setting, "val"), test = StandleyTables.Read(setting, "test");
        Network[] predicted = [.. Predicted(validation)];
        using JsonDocument golden =
            JsonDocument.Parse(File.ReadAllText(Repository.Shared("data/affinity/expected_standley.json")));
        foreach (JsonElement entry in golden.RootElement.GetProperty("settings").GetProperty($"{setting}")
            .GetProperty("hoa").EnumerateArray())
        {
            double budget = entry.GetProperty("budget").GetDouble();
            (double objective, int[] chosen) = Best(predicted, budget);
            Assert.AreEqual(entry.GetProperty("selection_objective").GetDouble(), objective, 1e-6, $"budget {budget}");
            if (entry.TryGetProperty("accepted_total_test_loss", out _))
                continue;
            double total = Enumerable.Range(0, 5).Sum(t =>
                chosen.Where(c => predicted[c].Tasks.Contains(t)).Min(c => test.Networks[c].Losses[t]));
            Assert.AreEqual(entry.GetProperty("total_test_loss").GetDouble(), total, 1e-6, $"budget {budget}");
        }
    }

    private static IEnumerable<Network> Predicted(StandleyTables validation)
    {
        Network Of(int i, int j) =>
            validation.FullSize.Single(n =>
            n.Tasks.SequenceEqual(i == j ? [i] : new[] { Math.Min(i, j), Math.Max(i, j) }));
        var pairs = new PairLosses([.. Enumerable.Range(0, 25).Select(p => Of(p / 5, p % 5).Losses[p / 5])], 5);
        foreach (Network network in validation.Networks)
        {
            double[] losses = [.. network.Losses];
            if (network.Cost == 1)
                foreach ((int task, double loss) in network.Tasks.Zip(pairs.PredictGroup(network.Tasks)))
                    losses[task] = loss;
            yield return network with { Losses = losses };
        }
    }

    private static (double Objective, int[] Chosen) Best(Network[] networks, double budget)
    {
        (double Objective, int[] Chosen) best = (double.PositiveInfinity, []);
        Extend(0, budget, [.. Enumerable.Repeat(double.PositiveInfinity, 5)], []);
        return best;

        void Extend(int next, double left, double[] losses, int[] chosen)
        {
            double objective = losses.Sum();
            if (objective < best.Objective - 1e-12)
                best = (objective, chosen);
            for (int n = next; n < networks.Length; n++)
            {
                double[] with = [.. losses.Zip(networks[n].Losses, (a, b) => double.IsNaN(b) ? a : Math.Min(a, b))];
                if (networks[n].Cost <= left && !with.SequenceEqual(losses))
                    Extend(n + 1, left - networks[n].Cost, with, [.. chosen, n]);
            }
        }
    }
}
