namespace MLNet.MultiTask.Data;

/// <summary>Moves rows from the held-out side to the fitting side that a task cannot be learned without.</summary>
internal static class FitSide
{
    /// <summary>
    /// Per task, a row of every class that is observed at all, or two different targets, are on the fitting side. A row
    /// takes all rows of its key along.
    /// </summary>
    /// <param name="table">The data.</param>
    /// <param name="split">Before.</param>
    /// <param name="keys">One per row of the table; null = every row for itself.</param>
    /// <param name="isOrdered">Whether the first suitable row moves instead of the last.</param>
    public static RowSplit Keep(TaskTable table, RowSplit split, IReadOnlyList<ulong>? keys, bool isOrdered)
    {
        var moved = new HashSet<int>();
        int[] held = isOrdered ? split.Validation : [.. split.Validation.Reverse()];
        for (int t = 0; t < table.Tasks.Count; t++)
        {
            int needed = table.Tasks[t].Kind == TaskKind.Multiclass ? table.Tasks[t].OutputCount : 2;
            var seen = new HashSet<float>();
            foreach (int row in split.Train)
                if (seen.Count < needed && table.IsObserved(row, t))
                    seen.Add(table.Label(row, t));
            foreach (int row in moved)
                if (table.IsObserved(row, t))
                    seen.Add(table.Label(row, t));
            foreach (int row in held)
                if (seen.Count < needed && table.IsObserved(row, t) && seen.Add(table.Label(row, t)))
                    moved.Add(row);
        }
        if (keys is not null)
        {
            HashSet<ulong> together = [.. moved.Select(r => keys[r])];
            moved.UnionWith(split.Validation.Where(r => together.Contains(keys[r])));
        }
        return moved.Count == 0 ? split
            : new RowSplit([.. split.Train, .. split.Validation.Where(moved.Contains)],
                [.. split.Validation.Where(r => !moved.Contains(r))]);
    }
}
