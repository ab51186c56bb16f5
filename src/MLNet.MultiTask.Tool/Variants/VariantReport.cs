using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool.Output;
using Spectre.Console;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>The variants of a run side by side, with the trivial predictor.</summary>
internal sealed class VariantReport(IReadOnlyList<Variant> variants, MultiTaskMetrics trivial)
{
    private readonly Variant? _single = variants.FirstOrDefault(a => a.Arm.Groups == Variant.Single);

    /// <summary>Property <c>arms</c>: per variant seconds, grouping, learner, macro, perTask and deltaM
    /// against single.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (Variant variant in variants)
        {
            JsonObject metrics = MetricReport.ToJson(variant.Metrics);
            metrics.Insert(0, "seconds", variant.Seconds);
            metrics.Insert(1, "grouping", variant.Grouping.ToString());
            metrics.Insert(2, "learner", variant.Arm.Learner.Name);
            metrics.Insert(3, "deltaM", JsonFile.Number(DeltaM(variant)));
            json.Add(variant.Arm.Text, metrics);
        }
        return json;
    }

    /// <summary>One row per task: its primary metric in each variant; then means and Δm.</summary>
    public Table ToTable()
    {
        Table table = Tables.Create("task", ["labels", "metric", "constant", .. variants.Select(a => a.Arm.Text)]);
        for (int t = 0; t < trivial.Tasks.Count; t++)
        {
            TaskMetrics task = trivial.Tasks[t];
            Tables.AddRow(table, [task.Task.Name, $"{task.ObservedCount}", MetricName(task.Task.Kind),
                .. Columns().Select(m => Tables.Number(m.Tasks[t].Primary))]);
        }
        table.AddEmptyRow();
        foreach (TaskKind kind in trivial.Tasks.Select(t => t.Task.Kind).Distinct().Order())
            Tables.AddRow(table,
                ["mean", "", MetricName(kind), .. Columns().Select(m => Tables.Number(Mean(m, kind)))]);
        if (_single is not null)
            Tables.AddRow(table, ["Δm %", "", "", "", .. variants.Select(a => Tables.Number(DeltaM(a)))]);
        Tables.AddRow(table, ["seconds", "", "", "", .. variants.Select(a => Tables.Number(a.Seconds))]);
        return table;
    }

    private IEnumerable<MultiTaskMetrics> Columns() => [trivial, .. variants.Select(a => a.Metrics)];

    private double DeltaM(Variant variant) => _single is null ? double.NaN : variant.Metrics.DeltaM(_single.Metrics);

    private static double Mean(MultiTaskMetrics metrics, TaskKind kind) => kind switch
    {
        TaskKind.Binary => metrics.Macro.AreaUnderRocCurve,
        TaskKind.Multiclass => metrics.Tasks.Where(t => t.Task.Kind == kind).Select(t => t.LogLoss)
            .Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average(),
        _ => metrics.Macro.RootMeanSquaredError,
    };

    private static string MetricName(TaskKind kind) => kind switch
    {
        TaskKind.Binary => "auc",
        TaskKind.Multiclass => "logloss",
        _ => "rmse",
    };
}
