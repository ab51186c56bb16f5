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
            throw new ArgumentException(
                $"{taskNames.Count} names given for {result.Best.Point.Grouping.TaskCount} tasks",
                nameof(taskNames));
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sweep over groupings of {taskNames.Count} tasks</title>
            <style>
            {SweepReportStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <h1>Which tasks should be learned together</h1>
            <p class="soft">{taskNames.Count} tasks, {result.Trials.Count} trials of {Count(result.Folds, "fold")} each.
            Losses are relative to the trivial predictor's: 1 = no better, 0 = perfect.</p>

            """);
        Tiles(html, result);
        SweepSections.Choice(html, result, taskNames);
        SweepSections.Arms(html, result);
        if (result.Table.Any(a => a.Name is "single" or "all" && a.Trial.Number != result.Best.Number))
            Figure(html, "What each task gains", SweepCharts.Gains(result, taskNames),
                "Loss without the choice minus loss " +
                "with it, right of 0 = better; lines are a standard error. <i class=\"single\"></i>against every " +
                "task alone<i class=\"all\"></i>against all together");
        Figure(html, "Trials", SweepCharts.Trials(result), "<i class=\"choice\"></i>the choice, and the best so far" +
            "<i class=\"dot\"></i>completed<i class=\"stopped\"></i>stopped early");
        SweepSections.Pareto(html, result, taskNames);
        if (result.Affinity is { } affinity && affinity.Count == taskNames.Count)
            html.Append("<h2>The affinity that led the search</h2>\n<div class=\"paper\">")
                .Append(AffinityHeatMap.ToSvg(affinity, result.Best.Point.Grouping)).Append("</div>\n");
        if (usage.Length > 0)
            html.Append("<h2>How to use the model</h2>\n<pre><code>").Append(Text(usage)).Append("</code></pre>\n");
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Tiles(StringBuilder html, SweepResult result)
    {
        SweepArm[] corners = [.. result.Table.Where(a => a.Name is "single" or "all")];
        html.Append("<div class=\"tiles\">\n");
        Tile($"{result.ModelsOf(result.Best)}",
            result.ModelsOf(result.Best) == 1 ? "model chosen" : "models chosen");
        Tile(result.Best.Loss.ToString("F4", CultureInfo.InvariantCulture), "loss of the choice");
        foreach (SweepArm corner in corners)
            Tile(SweepSections.Percent(corner), (corner.Difference < 0 ? "more" : "less") + " loss than " +
                (corner.Name == "single" ? "every task alone" : "all together"));
        Tile(SweepSections.Duration(result.Seconds),
            $"for {result.GroupsTrained} of {result.GroupsAsked} groups; others were known");
        html.Append("</div>\n");

        void Tile(string number, string text) => html.Append("<div class=\"tile\"><b>").Append(Text(number))
            .Append("</b><span>").Append(Text(text)).Append("</span></div>\n");
    }

    private static void Figure(StringBuilder html, string title, string svg, string caption) => html.Append(
        CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<figure>{svg}<figcaption>{caption}</figcaption></figure>\n");

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
