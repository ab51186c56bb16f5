using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Affinity;

/// <summary>Affinity needs rows of every task on both sides of the split.</summary>
internal static class ObservedTasks
{
    /// <exception cref="ArgumentException">Tasks have no observed row in a part; they and the part are
    /// named.</exception>
    public static void ThrowIfAbsent(TaskTable table, RowSplit split)
    {
        Check(table, split.Train, "training");
        Check(table, split.Validation, "validation");
    }

    private static void Check(TaskTable table, int[] rows, string part)
    {
        if (rows.Length == 0)
            throw new ArgumentException($"The split has no {part} rows; task affinity is measured on " +
                "rows of its own",
                nameof(rows));
        string[] absent = [.. Enumerable.Range(0, table.Tasks.Count)
            .Where(t => !Array.Exists(rows, r => table.IsObserved(r, t))).Select(t => $"'{table.Tasks[t].Name}'")];
        if (absent.Length > 0)
            throw new ArgumentException($"{(absent.Length == 1 ? "Task" : "Tasks")} {string.Join(", ", absent)} " +
                $"{(absent.Length == 1 ? "has" : "have")} no observed label in the " +
                $"{Counted.Of(rows.Length, $"{part} row")}; {(absent.Length == 1 ? "its" : "their")} affinity cannot " +
                "be measured; leave them out, or divide the rows otherwise", nameof(rows));
    }
}
