using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool.Output;
using Spectre.Console;

namespace MLNet.MultiTask.Tool.Arms;

/// <summary>The arms of a run side by side, with the trivial predictor.</summary>
internal sealed class ArmReport(IReadOnlyList<Arm> arms, MultiTaskMetrics trivial)
{
    private readonly Arm? _single = arms.FirstOrDefault(a => a.Name == Arm.Single);

    /// <summary>Property <c>arms</c>: per arm seconds, grouping, macro, perTask and deltaM against single.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (Arm arm in arms)
        {
            JsonObject metrics = MetricReport.ToJson(arm.Metrics);
            metrics.Insert(0, "seconds", arm.Seconds);
            metrics.Insert(1, "grouping", arm.Grouping.ToString());
            metrics.Insert(2, "deltaM", JsonFile.Number(DeltaM(arm)));
            json.Add(arm.Name, metrics);
        }
        return json;
    }

    /// <summary>One row per task: its primary metric in each arm; then means and Δm.</summary>
    public Table ToTable()
    {
        Table table = Tables.Create("task", ["labels", "metric", "constant", .. arms.Select(a => a.Name)]);
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
            Tables.AddRow(table, ["Δm %", "", "", "", .. arms.Select(a => Tables.Number(DeltaM(a)))]);
        Tables.AddRow(table, ["seconds", "", "", "", .. arms.Select(a => Tables.Number(a.Seconds))]);
        return table;
    }

    private IEnumerable<MultiTaskMetrics> Columns() => [trivial, .. arms.Select(a => a.Metrics)];

    private double DeltaM(Arm arm) => _single is null ? double.NaN : arm.Metrics.DeltaM(_single.Metrics);

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
