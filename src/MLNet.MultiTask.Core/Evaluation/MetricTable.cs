using System.Globalization;
using System.Text;

namespace MLNet.MultiTask.Evaluation;

/// <summary>
/// Metrics as a table: a line per task, a column per metric that is defined somewhere, and the means.
/// </summary>
internal static class MetricTable
{
    public static string Format(MultiTaskMetrics metrics)
    {
        string[] names = [.. metrics.Macro.Named().Where(m => !double.IsNaN(m.Value)).Select(m => m.Key)];
        int first = Math.Max("task".Length, metrics.Tasks.Max(t => t.Task.Name.Length));
        bool unscored = metrics.Tasks.Any(t => t.UnscoredCount > 0);
        var text = new StringBuilder();
        text.Append("task".PadRight(first)).Append("  ").Append("kind".PadRight(10)).Append(Cell("labels"))
            .Append(Cell("missing")).Append(unscored ? Cell("unscored") : "");
        text.AppendLine(string.Concat(names.Select(Cell)));
        foreach (TaskMetrics task in metrics.Tasks)
            text.Append(task.Task.Name.PadRight(first)).Append("  ").Append($"{task.Task.Kind}".PadRight(10))
                .Append(Cell(Count(task.ObservedCount))).Append(Cell(Count(task.MissingCount)))
                .Append(unscored ? Cell(Count(task.UnscoredCount)) : "").AppendLine(Values(task, names));
        if (metrics.Tasks.Count > 1)
            text.Append("mean".PadRight(first)).Append(new string(' ', 12 + 20 + (unscored ? 10 : 0)))
                .AppendLine(Values(metrics.Macro, names));
        return text.ToString();
    }

    private static string Values(MetricValues values, string[] names)
    {
        var byName = values.Named().ToDictionary();
        return string.Concat(names.Select(n => Cell(double.IsNaN(byName[n]) ? ""
            : byName[n].ToString("G4", CultureInfo.InvariantCulture)))).TrimEnd();
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Cell(string value) => " " + value.PadLeft(9);
}
