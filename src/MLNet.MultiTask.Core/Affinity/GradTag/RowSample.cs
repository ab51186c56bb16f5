namespace MLNet.MultiTask.Affinity;

/// <summary>Rows enough for means over many: a random sample of them, ascending as they were.</summary>
internal static class RowSample
{
    private const int Most = 16_384, Enough = 2048, MostPairs = 1 << 20, LeastOfTask = 256;

    /// <summary>
    /// Rows that a mean takes at most; fewer where each holds labels of many tasks.
    /// </summary>
    public static int MostRows(int tasks) => Math.Clamp(MostPairs / tasks, Enough, Most);

    /// <summary>
    /// A sample for statistics of every task; all <paramref name="rows"/> where they are few, or where a task is seen
    /// too rarely among the sample.
    /// </summary>
    public static int[] Of(TaskTable table, int[] rows, ulong seed)
    {
        int[] sample = Draw(rows, MostRows(table.Tasks.Count), seed, "statistic rows");
        return sample == rows || Array.TrueForAll(new ObservedRows(table, sample).Counts, n => n >= LeastOfTask)
            ? sample : rows;
    }

    /// <summary>At most so many rows, drawn without regard to labels; <paramref name="rows"/> itself where they are
    /// no more.</summary>
    public static int[] Draw(int[] rows, int most, ulong seed, string purpose)
    {
        if (rows.Length <= most)
            return rows;
        int[] places = new RandomStream(seed, purpose).Permutation(rows.Length)[..most];
        Array.Sort(places);
        return [.. places.Select(place => rows[place])];
    }
}
