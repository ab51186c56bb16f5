using System.Text.Json.Nodes;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Tool.Output;
using Spectre.Console;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>The groupings that were trained, from few networks to many.</summary>
internal sealed class SearchReport(SweepResult search)
{
    private readonly SweepTrial[] _trials =
        [.. search.Trials.OrderBy(t => t.Point.Grouping.Count).ThenBy(t => t.Number)];

    /// <summary>
    /// Scores are minus the mean loss relative to the trivial predictor's; that of a stopped one is an estimate.
    /// </summary>
    public JsonArray ToJson() => [.. _trials.Select(t => new JsonObject
    {
        ["grouping"] = t.Point.Grouping.ToString(),
        ["score"] = JsonFile.Number(-t.Loss),
        ["standardError"] = JsonFile.Number(StandardError(t)),
        ["status"] = $"{t.Status}",
    })];

    /// <summary>One row per grouping; lower is better, below 1 beats the trivial predictor.</summary>
    public Table ToTable()
    {
        Table table = Tables.Create("networks", ["relative loss", "±", ""]);
        foreach (SweepTrial trial in _trials)
            Tables.AddRow(table, [$"{trial.Point.Grouping.Count}", Tables.Number(trial.Loss),
                Tables.Number(StandardError(trial)), Remark(trial)]);
        return table;
    }

    private string Remark(SweepTrial trial) => trial == search.Best ? "chosen" : trial.Status switch
    {
        SweepTrialStatus.Stopped => "stopped, surely worse",
        SweepTrialStatus.Failed => "failed",
        _ => "",
    };

    /// <summary>Of the mean over tasks, from the spread over the runs.</summary>
    private static double StandardError(SweepTrial trial) =>
        SweepLosses.Error([.. trial.Losses.Select(SweepLosses.Average)]);
}
