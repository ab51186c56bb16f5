using System.Globalization;

namespace MLNet.MultiTask.Data;

/// <summary>What is odd about labels that can be learned from.</summary>
internal static class LabelNotes
{
    private const int Few = 10, MostNamed = 8;
    private const double Far = 1e4;

    /// <summary>Sentences about all tasks.</summary>
    /// <param name="table">The labels.</param>
    /// <param name="train">Rows to learn from.</param>
    public static string[] Find(TaskTable table, int[] train)
    {
        List<string> few = [], unseen = [], far = [];
        for (int t = 0; t < table.Tasks.Count; t++)
        {
            TaskInfo task = table.Tasks[t];
            float[] labels = [.. train.Where(row => table.IsObserved(row, t)).Select(row => table.Label(row, t))];
            if (labels.Length is > 0 and < Few && train.Length >= 2 * Few)
                few.Add(string.Create(CultureInfo.InvariantCulture, $"'{task.Name}' {labels.Length}"));
            if (task.Kind == TaskKind.Multiclass && labels.Length > 0
                && Unseen(task, labels) is { Length: > 0 } classes)
                unseen.Add($"{Some(classes)} of '{task.Name}'");
            if (task.Kind == TaskKind.Regression && Farthest(table, t) is { } label)
                far.Add(string.Create(CultureInfo.InvariantCulture, $"{label + task.Offset:G6} of '{task.Name}'"));
        }
        string[] notes =
        [
            few.Count == 0 ? "" : $"few labels are in the training rows: {Some(few)}.",
            unseen.Count == 0 ? "" : $"classes that no training row has cannot be learned: {Some(unseen)}.",
            far.Count == 0 ? "" : "labels are ten thousand times as far from the median as nearly all others: " +
                $"{Some(far)}; are they mistyped?",
        ];
        return [.. notes.Where(n => n.Length > 0)];
    }

    private static string Some(IReadOnlyCollection<string> items) => items.Count <= MostNamed
        ? string.Join(", ", items)
        : $"{string.Join(", ", items.Take(MostNamed))} and {items.Count - MostNamed} more";

    private static string[] Unseen(TaskInfo task, float[] labels)
    {
        var seen = new bool[task.ClassNames.Count];
        foreach (float label in labels)
            seen[(int)label] = true;
        return [.. task.ClassNames.Where((_, c) => !seen[c]).Select(c => $"'{c}'")];
    }

    // Of all rows: a label that is held out spoils the judgement.
    private static double? Farthest(TaskTable table, int task)
    {
        double[] labels = [.. Enumerable.Range(0, table.RowCount).Where(row => table.IsObserved(row, task))
            .Select(row => (double)table.Label(row, task))];
        if (labels.Length < 2 * Few)
            return null;
        Array.Sort(labels);
        double median = labels[labels.Length / 2];
        double farthest = median - labels[0] > labels[^1] - median ? labels[0] : labels[^1];
        double[] distances = [.. labels.Select(y => Math.Abs(y - median)).Order()];
        double usual = distances[distances.Length * 9 / 10];
        return usual > 0 && Math.Abs(farthest - median) > Far * usual ? farthest : null;
    }
}
