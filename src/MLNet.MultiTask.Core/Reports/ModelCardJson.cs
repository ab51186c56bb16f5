using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Reports;

/// <summary>A model card for programs; what is not defined is null.</summary>
internal static class ModelCardJson
{
    private static readonly JsonSerializerOptions s_options =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ModelCard card) => new JsonObject
    {
        ["name"] = card.Name,
        ["rows"] = card.RowCount,
        ["features"] = card.FeatureCount,
        ["tasks"] = Array(card.Tasks, Task),
        ["groups"] = Array(card.Groups, g => new JsonObject
        {
            ["tasks"] = Array(g.Tasks, t => t),
            ["helpers"] = Array(g.Helpers, t => t),
            ["kind"] = g.Kind,
        }),
        ["measurements"] = card.MeasurementCount,
        ["affinity"] = card.Affinity is not { } affinity ? null : new JsonObject
        {
            ["method"] = affinity.Method,
            ["tasks"] = Array(affinity.TaskNames, t => t),
            ["values"] = Array(Enumerable.Range(0, affinity.Count),
                i => Array(Enumerable.Range(0, affinity.Count), j => affinity[i, j])),
        },
        ["limits"] = Array(card.Limits, l => l),
    }.ToJsonString(s_options);

    private static JsonObject Task(ModelCardTask task) => new()
    {
        ["name"] = task.Task.Name,
        ["kind"] = task.Task.Kind.ToString(),
        ["labels"] = task.ObservedCount,
        ["labelValues"] = new JsonObject(task.Labels.Select(l =>
            new KeyValuePair<string, JsonNode?>(l.Key, Number(l.Value)))),
        ["metrics"] = new JsonObject(task.Metrics.Select(m => new KeyValuePair<string, JsonNode?>(m.Name, new JsonObject
        {
            ["mean"] = Number(m.Mean),
            ["sd"] = Number(m.StandardDeviation),
            ["measurements"] = m.Count,
        }))),
    };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> node) => new([.. items.Select(node)]);

    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}
