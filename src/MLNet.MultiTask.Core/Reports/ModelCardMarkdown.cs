using MLNet.MultiTask.Data;
using System.Globalization;
using System.Text;

namespace MLNet.MultiTask.Reports;

/// <summary>A model card for people.</summary>
internal static class ModelCardMarkdown
{
    public static string Write(ModelCard card)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"# {Escaped(card.Name)}");
        text.AppendLine();
        string rows = Counted.Of(card.RowCount, "row"), features = Counted.Of(card.FeatureCount, "feature");
        Line($"{rows} of training data, {features}, {Counted.Of(card.Tasks.Count, "task")}.");
        text.AppendLine().AppendLine("## Tasks").AppendLine().AppendLine("| task | kind | labels | what they are |")
            .AppendLine("|---|---|--:|---|");
        foreach (ModelCardTask task in card.Tasks)
            Line($"| {Escaped(task.Task.Name)} | {task.Task.Kind} | {task.ObservedCount} | {Labels(task)} |");
        text.AppendLine().AppendLine("## Learned together").AppendLine();
        foreach (ModelCardGroup group in card.Groups)
            Line($"- {Escaped(string.Join(", ", group.Tasks))} ({group.Kind}{Helped(group)})");
        text.AppendLine();
        string over = card.MeasurementCount == 1 ? "one measurement"
            : $"mean ± sd of {card.MeasurementCount} measurements";
        Line($"## Metrics ({over})");
        text.AppendLine().AppendLine("| task | metric | value |").AppendLine("|---|---|--:|");
        foreach (ModelCardTask task in card.Tasks)
            foreach (ModelCardMetric metric in task.Metrics)
                Line($"| {Escaped(task.Task.Name)} | {metric.Name} | {Value(metric)} |");
        if (card.Affinity is { } affinity)
            Affinity(affinity, text);
        text.AppendLine().AppendLine("## Limits").AppendLine();
        foreach (string limit in card.Limits.DefaultIfEmpty("None are known."))
            Line($"- {Escaped(limit)}");
        return text.ToString();
    }

    private static void Affinity(TaskAffinity affinity, StringBuilder text)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## Affinity ({affinity.Method})").AppendLine()
            .AppendLine("What the task of a row gains from being trained with that of a column; higher is better.")
            .AppendLine().Append("| |");
        foreach (string source in affinity.TaskNames)
            text.Append(CultureInfo.InvariantCulture, $" {Escaped(source)} |");
        text.AppendLine().Append("|---|").Insert(text.Length, "--:|", affinity.Count).AppendLine();
        for (int i = 0; i < affinity.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Escaped(affinity.TaskNames[i])} |");
            for (int j = 0; j < affinity.Count; j++)
                text.Append(CultureInfo.InvariantCulture, $" {affinity[i, j]:G3} |");
            text.AppendLine();
        }
    }

    private static string Labels(ModelCardTask task) => Escaped(string.Join(", ", task.Labels.Select(l =>
        task.Task.Kind == TaskKind.Regression ? string.Create(CultureInfo.InvariantCulture, $"{l.Key} {l.Value:G4}")
            : string.Create(CultureInfo.InvariantCulture, $"{l.Key} {100 * l.Value:F1} %"))));

    private static string Helped(ModelCardGroup group) =>
        group.Helpers.Count == 0 ? "" : $"; helped by {Escaped(string.Join(", ", group.Helpers))}";

    private static string Value(ModelCardMetric metric) => double.IsNaN(metric.StandardDeviation)
        ? metric.Mean.ToString("G4", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{metric.Mean:G4} ± {metric.StandardDeviation:G2}");

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}
