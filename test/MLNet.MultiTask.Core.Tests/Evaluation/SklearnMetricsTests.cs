using System.Text.Json;

namespace MLNet.MultiTask.Tests.Evaluation;

/// <summary>Metrics against scikit-learn's, stored by sklearn_metrics.py.</summary>
[TestClass]
public sealed class SklearnMetricsTests
{
    private static readonly JsonElement Fixture = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "sklearn_metrics.json"))).RootElement;

    [TestMethod]
    [DataRow("binary", "plain")]
    [DataRow("binary", "weighted")]
    [DataRow("multiclass", "plain")]
    [DataRow("multiclass", "weighted")]
    [DataRow("regression", "plain")]
    [DataRow("regression", "weighted")]
    public void Evaluate_OneTask_AgreesWithScikitLearn(string kind, string weighting)
    {
        JsonElement fixture = Fixture.GetProperty(kind);
        TaskKind taskKind = Enum.Parse<TaskKind>(kind, ignoreCase: true);
        var task = new TaskInfo("t", taskKind, taskKind == TaskKind.Multiclass ? ["a", "b", "c", "d"] : null);
        float[] weights = weighting == "weighted" ? Floats(Fixture.GetProperty("weights")) : [];

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate(
            [task], Floats(fixture.GetProperty("scores")), Floats(fixture.GetProperty("labels")), weights);

        var values = metrics.Tasks[0].Named().ToDictionary();
        JsonElement expected = fixture.GetProperty(weighting);
        foreach (JsonProperty metric in expected.EnumerateObject())
            Assert.AreEqual(metric.Value.GetDouble(), values[metric.Name], 1e-6, metric.Name);
        Assert.AreEqual(expected.EnumerateObject().Count(), values.Count(v => !double.IsNaN(v.Value)));
    }

    private static float[] Floats(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetSingle())];
}
