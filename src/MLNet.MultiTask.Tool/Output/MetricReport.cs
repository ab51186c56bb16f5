using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace MLNet.MultiTask.Tool.Output;

/// <summary>Metrics as JSON and as tables.</summary>
internal static class MetricReport
{
    /// <summary>Properties <c>macro</c> and <c>perTask</c>.</summary>
    public static JsonObject ToJson(MultiTaskMetrics metrics)
    {
        var perTask = new JsonObject();
        foreach (TaskMetrics task in metrics.Tasks)
            perTask.Add(task.Task.Name, Values(task, Names(task.Task.Kind)));
        return new JsonObject
        {
            ["macro"] = Values(metrics.Macro, metrics.Tasks.SelectMany(t => Names(t.Task.Kind)).ToHashSet()),
            ["perTask"] = perTask,
        };
    }

    /// <summary>Rows with a label, per task.</summary>
    public static JsonObject Counts(MultiTaskMetrics metrics) =>
        new(metrics.Tasks.Select(t => KeyValuePair.Create(t.Task.Name, (JsonNode?)t.ObservedCount)));

    /// <summary>One row per task with all its metrics, and their means.</summary>
    public static Table ToTable(MultiTaskMetrics metrics)
    {
        string[] names = [.. metrics.Macro.Named().Select(m => m.Key)
            .Where(n => metrics.Tasks.Any(t => Names(t.Task.Kind).Contains(n)))];
        Table table = Tables.Create("task", ["labels", .. names]);
        foreach (TaskMetrics task in metrics.Tasks)
            Add(task.Task.Name, task.ObservedCount.ToString(CultureInfo.InvariantCulture), task);
        table.AddEmptyRow();
        Add("mean", "", metrics.Macro);
        return table;

        void Add(string name, string count, MetricValues values)
        {
            var all = values.Named().ToDictionary();
            Tables.AddRow(table, [name, count, .. names.Select(n => Tables.Number(all[n]))]);
        }
    }

    private static JsonObject Values(MetricValues values, HashSet<string> names)
    {
        var json = new JsonObject();
        foreach (var (name, value) in values.Named())
            if (names.Contains(name))
                json.Add(name, JsonFile.Number(value));
        return json;
    }

    private static HashSet<string> Names(TaskKind kind) => kind switch
    {
        TaskKind.Binary => ["auc", "auprc", "accuracy", "f1", "logloss"],
        TaskKind.Multiclass => ["accuracy", "f1", "logloss", "auc_rest"],
        _ => ["rmse", "mae", "r2", "rrmse"],
    };
}
