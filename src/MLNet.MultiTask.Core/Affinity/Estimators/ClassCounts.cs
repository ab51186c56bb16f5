using System.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// In how many rows the classes of two tasks go together: a bit per row and class, so that sixty-four rows are counted
/// at once.
/// </summary>
internal sealed class ClassCounts
{
    // With more classes a row by itself is counted sooner.
    private const int MostClasses = 16;
    private readonly ulong[][]?[] _bits;

    /// <param name="table">The labels; where they have weights nothing is counted.</param>
    /// <param name="rows">The rows that count.</param>
    public ClassCounts(TaskTable table, int[] rows)
    {
        _bits = [.. table.Tasks.Select(task =>
        {
            int classes = task.Kind == TaskKind.Binary ? 2 : task.OutputCount;
            return table.Weights is not null || task.Kind == TaskKind.Regression || classes > MostClasses ? null
                : Enumerable.Range(0, classes).Select(_ => new ulong[(rows.Length + 63) / 64]).ToArray();
        })];
        for (int r = 0; r < rows.Length; r++)
            for (int t = 0; t < _bits.Length; t++)
                if (_bits[t] is { } classes && table.Label(rows[r], t) is var label && !float.IsNaN(label))
                    classes[(int)label][r >> 6] |= 1ul << (r & 63);
    }

    /// <summary>Classes of a task that is counted.</summary>
    public int Classes(int task) => _bits[task]!.Length;

    /// <summary>
    /// Rows of each class of one task (row) and each of another (column); null where a task has no classes or
    /// many, or labels have weights.
    /// </summary>
    public double[]? Of(int i, int j)
    {
        if (_bits[i] is not { } x || _bits[j] is not { } y)
            return null;
        var counts = new double[x.Length * y.Length];
        for (int cell = 0; cell < counts.Length; cell++)
        {
            ReadOnlySpan<ulong> a = x[cell / y.Length], b = y[cell % y.Length];
            long count = 0;
            for (int word = 0; word < a.Length; word++)
                count += BitOperations.PopCount(a[word] & b[word]);
            counts[cell] = count;
        }
        return counts;
    }
}
