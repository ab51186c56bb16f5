using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>Derivatives of the outputs of all observed pairs, gathered task by task.</summary>
internal static class PairFeatures
{
    // Features of a chunk stay in cache until they are sorted by task.
    private const int ChunkValues = 1 << 20;

    /// <summary>Directions of every task: d, then those of its head.</summary>
    public static int[] Sizes(TaskTable table, ISubspace basis, HeadSpace? heads) =>
        [.. Enumerable.Range(0, table.Tasks.Count).Select(t => basis.Dimension + (heads?.Size(t) ?? 0))];

    /// <summary>
    /// Those of the rows from … to − 1 of a sweep: for every task its rows in the sweep's order, rows × size; in the
    /// memory of <paramref name="reuse"/> where they are long enough.
    /// </summary>
    public static (Memory<float> Features, (OutputLoss Loss, float Weight)[] Pairs)[] Gather(TrunkSweep sweep,
        ISubspace basis, HeadSpace? heads, int[] sizes, int from, int to,
        (Memory<float> Features, (OutputLoss Loss, float Weight)[] Pairs)[]? reuse = null)
    {
        int d = basis.Dimension;
        int chunkRows = (int)Math.Clamp(ChunkValues / ((long)sizes.Length * d), 16, sweep.ChunkRows(d));
        (int[] counts, int[] slots, int[] rowStart) = Sort(sweep, from, to);
        int[] lengths = [.. sizes.Zip(counts, (size, count) => size * count)];
        Memory<float>[] room = reuse is null ? Slabs.Of(lengths) : [.. lengths.Select((length, t) =>
            reuse[t].Features is var old && old.Length >= length ? old : new float[length])];
        (Memory<float> Features, (OutputLoss Loss, float Weight)[] Pairs)[] tasks =
            [.. room.Zip(counts, (features, count) => (features, new (OutputLoss, float)[count]))];
        sweep.ForEach(from, to, chunkRows, (chunk, start) =>
        {
            Span<float> local = chunk.Scratch(chunk.PairCount * d);
            basis.Features(chunk, local);
            for (int r = 0; r < chunk.RowCount; r++)
                for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                {
                    int t = chunk.PairTask[p], slot = slots[rowStart[start - from] + p];
                    Span<float> row = tasks[t].Features.Span.Slice(slot * sizes[t], sizes[t]);
                    local.Slice(p * d, d).CopyTo(row);
                    heads?.Features(chunk, r, p, row[d..]);
                    tasks[t].Pairs[slot] = (chunk.Pairs[p], chunk.Weights[p]);
                }
        });
        return tasks;
    }

    /// <summary>All of them, kept.</summary>
    /// <param name="sweep">Network and rows.</param>
    /// <param name="basis">Directions of the trunk.</param>
    /// <param name="heads">Directions of the heads; null = heads stay as they are.</param>
    /// <param name="mostBytes">Most memory they may take.</param>
    /// <exception cref="ArgumentException">They would take more.</exception>
    public static TaskFeatures[] Keep(TrunkSweep sweep, ISubspace basis, HeadSpace? heads, long mostBytes)
    {
        TaskTable table = sweep.Table;
        int[] sizes = Sizes(table, basis, heads);
        long pairs = 0, bytes = 0;
        foreach (int row in sweep.Rows)
            for (int t = 0; t < sizes.Length; t++)
                if (table.IsObserved(row, t))
                    (pairs, bytes) = (pairs + 1, bytes + sizeof(float) * ((long)sizes[t] + 5));
        if (bytes > mostBytes)
            throw new ArgumentException(
                $"The features of {pairs:N0} pairs of a row and a task in {basis.Dimension:N0} shared " +
                $"directions take {bytes:N0} bytes, more than {nameof(GradTagOptions.FeatureMemory)} = " +
                $"{mostBytes:N0}; raise it, lower {nameof(GradTagOptions.MaxDimension)}, or take a solver and an " +
                "evaluation that keep no features");
        (Memory<float> Features, (OutputLoss Loss, float Weight)[] Pairs)[] all =
            Gather(sweep, basis, heads, sizes, 0, sweep.Rows.Length);
        return [.. all.Select((task, t) => new TaskFeatures(task.Features, sizes[t],
            task.Pairs.Select(p => p.Loss).ToArray(), task.Pairs.Select(p => p.Weight).ToArray(),
            table.Tasks[t].Kind == TaskKind.Regression))];
    }

    // Pairs come row by row; a slot is a pair's place among those of its task.
    private static (int[] Counts, int[] Slots, int[] RowStart) Sort(TrunkSweep sweep, int from, int to)
    {
        int tasks = sweep.Table.Tasks.Count;
        var counts = new int[tasks];
        var rowStart = new int[to - from + 1];
        var slots = new List<int>();
        for (int r = from; r < to; r++)
        {
            for (int t = 0; t < tasks; t++)
                if (sweep.Table.IsObserved(sweep.Rows[r], t))
                    slots.Add(counts[t]++);
            rowStart[r - from + 1] = slots.Count;
        }
        return (counts, [.. slots], rowStart);
    }
}
