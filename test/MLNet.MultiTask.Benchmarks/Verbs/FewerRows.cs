namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>A random part of some rows that leaves rare classes enough rows to train, stop and judge on.</summary>
internal static class FewerRows
{
    /// <summary>Rows of every class that are kept where there are as many.</summary>
    public const int LeastOfClass = 15;

    /// <summary>
    /// At most so many of the rows, in order; rows of rare classes come first, rarest classes before others.
    /// </summary>
    public static int[] Of(TaskTable table, int[] rows, int most, ulong seed)
    {
        if (rows.Length <= most)
            return rows;
        int[] order = [.. new RandomStream(seed, "rows").Permutation(rows.Length).Select(i => rows[i])];
        var kept = new HashSet<int>();
        IEnumerable<int[]> classes = Enumerable.Range(0, table.Tasks.Count)
            .Where(t => table.Tasks[t].Kind != TaskKind.Regression)
            .SelectMany(t => order.Where(row => !float.IsNaN(table.Label(row, t))).GroupBy(row => table.Label(row, t)))
            .Select(c => c.ToArray()).OrderBy(c => c.Length);
        foreach (int[] ofClass in classes)
        {
            int missing = LeastOfClass - ofClass.Count(kept.Contains);
            foreach (int row in ofClass.Where(row => !kept.Contains(row)).Take(Math.Max(missing, 0)).ToArray())
                if (kept.Count < most)
                    kept.Add(row);
        }
        foreach (int row in order.TakeWhile(_ => kept.Count < most))
            kept.Add(row);
        return [.. kept.Order()];
    }
}
