namespace MLNet.MultiTask.Affinity;

/// <summary>Affinity needs rows of every task on both sides of the split.</summary>
internal static class ObservedTasks
{
    /// <exception cref="ArgumentException">A task has no observed row in a part; task and part are named.</exception>
    public static void ThrowIfAbsent(TaskTable table, RowSplit split)
    {
        Check(table, split.Train, "training");
        Check(table, split.Validation, "validation");
    }

    private static void Check(TaskTable table, int[] rows, string part)
    {
        if (rows.Length == 0)
            throw new ArgumentException($"The split has no {part} rows; task affinity is measured on rows of its own",
                nameof(rows));
        for (int t = 0; t < table.Tasks.Count; t++)
            if (!Array.Exists(rows, r => table.IsObserved(r, t)))
                throw new ArgumentException(
                    $"Task '{table.Tasks[t].Name}' has no observed label in the {rows.Length} {part} rows; " +
                    "its affinity cannot be measured", nameof(rows));
    }
}
