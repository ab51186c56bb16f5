using System.Globalization;
using System.Net;
using System.Text;

namespace MLNet.MultiTask.Reports;

/// <summary>
/// A sweep as one HTML page that needs nothing else: the choice, the table, trials over time, gain per task, the
/// trade-off between models and loss, and the affinity. Readable without scripts, in light and dark.
/// </summary>
public static class SweepReport
{
    /// <summary>The page.</summary>
    /// <param name="result">What a sweep found.</param>
    /// <param name="taskNames">The T tasks.</param>
    /// <param name="usage">How the model is loaded, as code; empty = nothing is said.</param>
    /// <exception cref="ArgumentException">The number of names is not the number of tasks.</exception>
    public static string ToHtml(SweepResult result, IReadOnlyList<string> taskNames, string usage = "")
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(taskNames);
        if (taskNames.Count != result.Best.Point.Grouping.TaskCount)
            throw new ArgumentException($"{taskNames.Count} names given for {result.Best.Point.Grouping.TaskCount} tasks",
                nameof(taskNames));
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sweep over groupings of {taskNames.Count} tasks</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <h1>Which tasks should be learned together</h1>
            <p>{result.Trials.Count} trials in {result.Seconds:F1} s, {result.Folds} folds each; ended by {result.StopReason}.
            {result.GroupsTrained} groups were trained for {result.GroupsAsked} asked for.</p>

            """);
        Choice(html, result, taskNames);
        Table(html, result);
        Section(html, "Trials over time", SweepCharts.Trials(result.Trials));
        if (result.Table.Count > 1)
            Section(html, "Gain per task over one model per task", SweepCharts.Gains(result, taskNames));
        Pareto(html, result, taskNames);
        if (result.Affinity is { } affinity && affinity.Count == taskNames.Count)
            Section(html, "Affinity that led the search", AffinityHeatMap.ToSvg(affinity, result.Best.Point.Grouping));
        if (usage.Length > 0)
            html.Append("<h2>How to load the model</h2>\n<pre><code>").Append(Text(usage)).Append("</code></pre>\n");
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --soft: #555; --line: #ccc; --best: #0b57a4;
        --lose: #a03c00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #eee; --paper: #161616; --soft: #bbb; --line: #444;
        --best: #7db8ff; --lose: #ffb27a; } }
        body { color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif; margin: 0; }
        main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
        figure { margin: 0; overflow-x: auto; }
        table { border-collapse: collapse; display: block; overflow-x: auto; }
        th, td { border-bottom: 1px solid var(--line); padding: .25rem .75rem .25rem 0; text-align: left; }
        td.n { text-align: right; font-variant-numeric: tabular-nums; }
        pre { overflow-x: auto; border: 1px solid var(--line); padding: .5rem; }
        .chart text { fill: var(--soft); font-size: 12px; }
        .axis { stroke: var(--line); } .dot { fill: var(--soft); } .best { fill: var(--best); }
        .lose { fill: var(--lose); } .path { stroke: var(--best); fill: none; stroke-width: 2; }
        """;

    private static void Choice(StringBuilder html, SweepResult result, IReadOnlyList<string> names)
    {
        SweepTrial best = result.Best;
        html.Append(CultureInfo.InvariantCulture,
            $"<h2>Chosen</h2>\n<p>Trial {best.Number}, {Text(best.Point.Learner)}");
        foreach (var (name, value) in best.Point.Settings)
            html.Append(CultureInfo.InvariantCulture, $", {Text(name)} {Text(value)}");
        html.Append(CultureInfo.InvariantCulture, $"; loss {best.Loss:F4} of the trivial predictor's.</p>\n<ul>\n");
        foreach (TaskGroup group in best.Point.Grouping.Groups)
            html.Append("<li>").Append(Text(string.Join(", ", group.Members.Select(t =>
                group.Served.Contains(t) ? names[t] : $"({names[t]})")))).Append("</li>\n");
        html.Append("</ul>\n");
        foreach (string note in result.Notes)
            html.Append("<p>").Append(Text(note)).Append(".</p>\n");
    }

    private static void Table(StringBuilder html, SweepResult result)
    {
        html.Append("<h2>Side by side</h2>\n<p>Mean loss on rows that neither trained nor stopped anything, relative to " +
            "the trivial predictor's; the choice was made by them, too.</p>\n<table>\n<tr><th></th><th>models</th>" +
            "<th>loss</th><th>worse than the choice by</th><th>±</th></tr>\n");
        foreach (SweepArm arm in result.Table)
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{arm.Name}</th><td class=\"n\">" +
                $"{arm.Trial.Point.Grouping.Count}</td><td class=\"n\">{arm.Trial.Loss:F4}</td><td class=\"n\">" +
                $"{arm.Difference:F4}</td><td class=\"n\">{Number(arm.StandardError)}</td></tr>\n");
        html.Append("</table>\n");
    }

    private static void Pareto(StringBuilder html, SweepResult result, IReadOnlyList<string> names)
    {
        html.Append("<h2>Models against loss</h2>\n<p>No trial is better in both than one of these.</p>\n<table>\n" +
            "<tr><th>models</th><th>loss</th><th>groups</th></tr>\n");
        foreach (SweepTrial trial in result.Pareto)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"n\">{trial.Point.Grouping.Count}</td>" +
                $"<td class=\"n\">{trial.Loss:F4}</td><td>{Text(trial.Point.Grouping.ToString(names))}</td></tr>\n");
        html.Append("</table>\n");
    }

    private static void Section(StringBuilder html, string title, string svg) =>
        html.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<figure>{svg}</figure>\n");

    private static string Number(double value) =>
        double.IsNaN(value) ? "unknown" : value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
