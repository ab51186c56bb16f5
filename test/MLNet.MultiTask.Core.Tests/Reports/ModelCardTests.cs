using System.Text.Json;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Reports;

[TestClass]
public sealed class ModelCardTests
{
    private static readonly TaskInfo s_buys = new("buys | now", TaskKind.Binary);
    private static readonly TaskInfo s_spends = new("spends", TaskKind.Regression);

    [TestMethod]
    public void ToMarkdown_TwoMeasurements_SaysDataMetricsWithDeviationAndLimits()
    {
        string text = Card(Metrics(0.9f, 12), Metrics(0.6f, 14)).ToMarkdown();

        StringAssert.Contains(text, "# Shop");
        StringAssert.Contains(text, "3 rows of training data, 1 feature, 2 tasks.");
        StringAssert.Contains(text, @"| buys \| now | Binary | 3 | false 33.3 %, true 66.7 % |");
        StringAssert.Contains(text, "| spends | Regression | 2 | mean 20, sd 10 |");
        StringAssert.Contains(text, @"- buys \| now, spends (shared-bottom)");
        // Errors of 2 and 4 on one row each: their mean is 3, their deviation √2.
        StringAssert.Contains(text, "| spends | mae | 3 ± 1.4 |");
        StringAssert.Contains(text, @"| buys \| now | 0 | 2 |");
        StringAssert.Contains(text, "- Sold in one shop.");
        StringAssert.Contains(text, @"- Fewer than 100 labels: buys \| now, spends.");
    }

    [TestMethod]
    public void ToJson_OneMeasurement_HasNoDeviationAndSaysSo()
    {
        JsonElement card = JsonDocument.Parse(Card(Metrics(0.9f, 12)).ToJson()).RootElement;

        Assert.AreEqual(3, card.GetProperty("rows").GetInt32());
        JsonElement metric = card.GetProperty("tasks")[1].GetProperty("metrics").GetProperty("mae");
        Assert.AreEqual(2, metric.GetProperty("mean").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, metric.GetProperty("sd").ValueKind);
        Assert.AreEqual(2, card.GetProperty("affinity").GetProperty("values")[0][1].GetDouble());
        Assert.IsTrue(card.GetProperty("limits").EnumerateArray()
            .Any(l => l.GetString() == "The metrics are of one measurement: how much they vary is not known."));
    }

    [TestMethod]
    public void Create_OtherTasks_AreNamed() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Card(MultiTaskMetrics.Evaluate([s_spends], [1], [1]))).Message,
        "The model has the tasks buys | now, spends; data, measurement or affinity has spends");

    private static MultiTaskMetrics Metrics(float probability, float value) =>
        MultiTaskMetrics.Evaluate([s_buys, s_spends], [probability, value], [1, 10]);

    private static ModelCard Card(params MultiTaskMetrics[] measurements)
    {
        var table = new TaskTable([1, 2, 3], 1, [s_buys, s_spends], [1, 10, 0, 30, 1, float.NaN]);
        var network = SharedBottomNetwork.Initialize(new NetworkShape(1, [], table.Tasks), 1);
        var model = new MultiTaskModel(table.Tasks, TaskGrouping.All(2), [network]);
        var affinity = new TaskAffinity(["buys | now", "spends"], [0, 2, -1, 0], "Fixed");
        return ModelCard.Create("Shop", model, table, measurements, affinity, ["Sold in one shop."]);
    }
}
