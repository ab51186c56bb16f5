using System.Globalization;
using System.Net;
using System.Text;

namespace MLNet.MultiTask.Reports;

/// <summary>The lists and tables of a <see cref="SweepReport"/>.</summary>
internal static class SweepSections
{
    /// <summary>Learner, settings and groups of the choice, and what was decided by itself.</summary>
    public static void Choice(StringBuilder html, SweepResult result, IReadOnlyList<string> names)
    {
        SweepTrial best = result.Best;
        html.Append(CultureInfo.InvariantCulture, $"<h2>The choice</h2>\n<p>Trial {best.Number}: ")
            .Append(best.Point.IsShared ? Settings(best.Point.Groups[0]) : "learner and settings of each model's own");
        html.Append("</p>\n<ul class=\"groups\">\n");
        int number = 0;
        foreach (var (group, settings) in best.Point.Grouping.Groups.Zip(best.Point.Groups))
        {
            bool isAside = result.SetAside.Contains(group.Served[0]);
            html.Append(CultureInfo.InvariantCulture,
                $"<li><span>{(isAside ? "Set aside" : $"Model {++number}")}</span>");
            foreach (int task in group.Members)
                html.Append(group.Served.Contains(task) ? $"<span class=\"chip\">{Text(names[task])}</span>"
                    : $"<span class=\"chip helper\">({Text(names[task])})</span>");
            if (!best.Point.IsShared && !isAside)
                html.Append("<span class=\"soft\">").Append(Settings(settings)).Append("</span>");
            html.Append("</li>\n");
        }
        html.Append("</ul>\n");
        if (best.Point.Grouping.Groups.Any(g => g.Helpers.Count > 0))
            html.Append("<p class=\"soft\">In parentheses: helps to train the model, and is served by another one.")
                .Append("</p>\n");
        foreach (string note in result.Notes.Append($"Ended by {Reason(result.StopReason)}"))
            html.Append("<p class=\"soft\">").Append(Text(note)).Append(".</p>\n");
    }

    private static string Settings(LearnerSettings own) => Text(string.Join(", ",
        [own.Learner, .. own.Settings.Select(s => $"{s.Key.Replace('-', ' ')} {s.Value}")]));

    /// <summary>Every task alone, all together, the best other grouping, the choice.</summary>
    public static void Arms(StringBuilder html, SweepResult result)
    {
        html.Append(
            "<h2>Side by side</h2>\n<p class=\"soft\">On rows that neither trained nor stopped anything. Differences " +
            "are paired; ± is their standard error.</p>\n<div class=\"scroll\"><table>\n<thead><tr><th></th>" +
            "<th class=\"n\">models</th><th class=\"n\">loss</th><th class=\"n\">worse than the choice by</th>" +
            "<th class=\"n\">±</th></tr></thead>\n");
        foreach (SweepArm arm in result.Table)
            html.Append(CultureInfo.InvariantCulture, $"<tr{(arm.Name == "best" ? " class=\"chosen\"" : "")}>" +
                $"<th>{Name(arm.Name)}</th><td class=\"n\">{result.ModelsOf(arm.Trial)}</td>" +
                $"<td class=\"n\">{arm.Trial.Loss:F4}</td><td class=\"n\">{Signed(arm)}</td>" +
                $"<td class=\"n\">{Error(arm)}</td></tr>\n");
        html.Append("</table></div>\n");
    }

    /// <summary>The trials that no other betters in both models and loss.</summary>
    public static void Pareto(StringBuilder html, SweepResult result, IReadOnlyList<string> names)
    {
        html.Append("<h2>Fewer or smaller models, or less loss</h2>\n<p class=\"soft\">No trial is better in " +
            "everything than one of " +
            "these.</p>\n<div class=\"scroll\"><table>\n<thead><tr><th class=\"n\">models</th><th " +
            "class=\"n\">loss</th>" +
            "<th class=\"n\">bytes</th><th class=\"n\">µs a row</th><th class=\"n\">trial</th><th>groups</th></tr>" +
            "</thead>\n");
        foreach (SweepTrial trial in result.Pareto)
            html.Append(CultureInfo.InvariantCulture,
                $"<tr{(trial.Number == result.Best.Number ? " class=\"chosen\"" : "")}>" +
                $"<td class=\"n\">{result.ModelsOf(trial)}</td><td class=\"n\">{trial.Loss:F4}</td>" +
                $"<td class=\"n\">{trial.Bytes?.ToString("N0", CultureInfo.InvariantCulture) ?? "unknown"}</td>" +
                $"<td class=\"n\">" +
                $"{(double.IsNaN(trial.MicrosecondsPerRow) ? "unknown" : $"{trial.MicrosecondsPerRow:F1}")}</td>" +
                $"<td class=\"n\">{trial.Number}</td><td " +
                $"class=\"wide\">{Text(trial.Point.Grouping.ToString(names))}</td></tr>\n");
        html.Append("</table></div>\n");
    }

    /// <summary>How far the choice's loss is from an arm's.</summary>
    public static string Percent(SweepArm arm) => arm.Trial.Loss > 0 && arm.StandardError is not 0
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * Math.Abs(arm.Difference) / arm.Trial.Loss:0.0} %")
        : "0.0 %";

    public static string Duration(double seconds) => seconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s")
        : seconds < 6000 ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F1} min")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:F1} h");

    private static string Name(string arm) => arm switch
    {
        "single" => "every task alone", "all" => "all together", "grouped" => "lowest other grouping", _ =>
            "the choice",
    };

    private static string Signed(SweepArm arm) => arm.Name == "best" ? ""
        : arm.Difference.ToString("+0.0000;−0.0000;0.0000", CultureInfo.InvariantCulture);

    private static string Error(SweepArm arm) => arm.Name == "best" ? "" : double.IsNaN(arm.StandardError) ? "unknown"
        : arm.StandardError.ToString("F4", CultureInfo.InvariantCulture);

    private static string Reason(SweepStopReason reason) => reason switch
    {
        SweepStopReason.MaxTrials => "the number of trials",
        SweepStopReason.MaxTime => "the time limit",
        SweepStopReason.MaxEpochs => "the number of epochs",
        SweepStopReason.SpaceExhausted => "the space: everything was tried",
        _ => "the caller",
    };

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
