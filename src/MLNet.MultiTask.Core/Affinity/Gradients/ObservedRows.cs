using System.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Which rows observe which task, a bit each: how many rows a subset of tasks is trained on is asked for every subset.
/// </summary>
internal sealed class ObservedRows
{
    private readonly ulong[]?[] _bits;

    /// <param name="table">The labels.</param>
    /// <param name="rows">The rows that count.</param>
    public ObservedRows(TaskTable table, int[] rows)
    {
        (Count, _bits) = (rows.Length, new ulong[]?[table.Tasks.Count]);
        Counts = new int[table.Tasks.Count];
        for (int t = 0; t < _bits.Length; t++)
            _bits[t] = new ulong[(rows.Length + 63) / 64];
        // Row by row, as labels lie in memory.
        for (int r = 0; r < rows.Length; r++)
            for (int t = 0; t < _bits.Length; t++)
                if (table.IsObserved(rows[r], t))
                {
                    _bits[t]![r >> 6] |= 1ul << (r & 63);
                    Counts[t]++;
                }
        for (int t = 0; t < _bits.Length; t++)
            if (Counts[t] == rows.Length)
                _bits[t] = null;
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Rows that observe each task.</summary>
    public int[] Counts { get; }

    /// <summary>Rows that observe at least one task of <paramref name="subset"/>.</summary>
    public int Any(ReadOnlySpan<int> subset)
    {
        foreach (int t in subset)
            if (_bits[t] is null)
                return Count;
        int count = 0;
        for (int word = 0; word < (Count + 63) / 64; word++)
        {
            ulong any = 0;
            foreach (int t in subset)
                any |= _bits[t]![word];
            count += BitOperations.PopCount(any);
        }
        return count;
    }
}
