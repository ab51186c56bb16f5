using MLNet.MultiTask.Data;

namespace MLNet.MultiTask;

/// <summary>
/// Splits the rows of a table into rows to fit on and rows held out. Whatever is held out, every task keeps on the
/// fitting side what it needs to be learned where the rows have it: a row of each class that is observed, or two
/// different targets. So which tasks can be learned does not depend on the seed.
/// </summary>
public sealed record RowSplitter
{
    /// <summary>Seed of the split.</summary>
    /// <value>The default value is 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>One key per row of the table: rows with equal keys are never on both sides.</summary>
    /// <value>The default value is null: every row for itself.</value>
    public IReadOnlyList<ulong>? RowKeys { get; init; }

    /// <summary>
    /// Whether rows are in order of time: the last ones are held out. Rows that a task needs for fitting are taken from
    /// the first of those held out.
    /// </summary>
    /// <value>The default value is false: rows are held out at random.</value>
    public bool IsOrdered { get; init; }

    /// <summary>Holds out a share of the rows.</summary>
    /// <param name="table">The data.</param>
    /// <param name="fraction">Share of rows held out, in [0, 1).</param>
    /// <param name="rows">The rows to split; null = all rows of the table.</param>
    /// <returns>Rows to fit on, and held-out rows as <see cref="RowSplit.Validation"/>.</returns>
    /// <exception cref="ArgumentException">The number of keys is not the table's number of rows.</exception>
    public RowSplit Split(TaskTable table, double fraction, int[]? rows = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (fraction is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "Fraction must be in [0, 1)");
        int[][] units = Units(table, rows);
        int count = units.Sum(u => u.Length), wanted = (int)(count * fraction);
        return FitSide.Keep(table, Take(units, 0, wanted), RowKeys, IsOrdered);
    }

    /// <summary>Holds out one part after another of k equal parts.</summary>
    /// <param name="table">The data.</param>
    /// <param name="folds">
    /// Number of parts k, at least 2. Of ordered rows the first half is never held out, and every fold is fitted on
    /// what comes before its part.
    /// </param>
    /// <param name="rows">The rows to split; null = all rows of the table.</param>
    /// <returns>k splits.</returns>
    /// <exception cref="ArgumentException">The number of keys is not the table's number of rows, or there are fewer
    /// rows (or keys) than folds.</exception>
    public RowSplit[] Folds(TaskTable table, int folds, int[]? rows = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        int[][] units = Units(table, rows);
        if (units.Length < folds)
            throw new ArgumentException($"{Counted.Of(folds, "fold")} need at least as many " +
                $"{(RowKeys is null ? "rows" : "different keys")}; there are {units.Length}", nameof(folds));
        int count = units.Sum(u => u.Length);
        return [.. Enumerable.Range(0, folds).Select(f => FitSide.Keep(table, IsOrdered
            ? Later(units, count / 2 + (count - count / 2) * f / folds,
                count / 2 + (count - count / 2) * (f + 1) / folds)
            : Take(units, (int)((long)count * f / folds), (int)((long)count * (f + 1) / folds)), RowKeys, IsOrdered))];
    }

    /// <summary>Keys of equal text are equal; the same on every machine.</summary>
    public static ulong Key(ReadOnlySpan<char> text)
    {
        ulong key = RandomStream.Mix((ulong)text.Length + 1);
        foreach (char c in text)
            key = RandomStream.Mix(key ^ c);
        return key;
    }

    /// <summary>The rows that stay together, in the order in which they are held out.</summary>
    private int[][] Units(TaskTable table, int[]? rows)
    {
        rows ??= [.. Enumerable.Range(0, table.RowCount)];
        if (RowKeys is not null && RowKeys.Count != table.RowCount)
            throw new ArgumentException($"{RowKeys.Count} row keys given, {Counted.Of(table.RowCount, "row")} " +
                "expected");
        int[][] units = RowKeys is null ? [.. rows.Select(r => new[] { r })]
            : [.. rows.GroupBy(r => RowKeys[r]).Select(g => g.ToArray())];
        if (IsOrdered)
            // A key's rows count as late as the last of them.
            return RowKeys is null ? units : [.. units.OrderBy(u => u.Max())];
        return [.. new RandomStream(Seed, "split").Permutation(units.Length).Select(i => units[i])];
    }

    private RowSplit Take(int[][] units, int from, int to)
    {
        if (IsOrdered)
        {
            int count = units.Sum(u => u.Length);
            return Later(units, count - (to - from), count);
        }
        List<int> fit = [], held = [];
        int passed = 0;
        foreach (int[] unit in units)
        {
            // A unit belongs where its middle lies, so that unequal units miss the share by half a unit at most.
            int middle = passed + unit.Length / 2;
            (middle >= from && middle < to ? held : fit).AddRange(unit);
            passed += unit.Length;
        }
        return new RowSplit([.. fit], [.. held]);
    }

    private static RowSplit Later(int[][] units, int from, int to)
    {
        List<int> fit = [], held = [];
        int passed = 0;
        foreach (int[] unit in units)
        {
            int middle = passed + unit.Length / 2;
            if (middle < to)
                (middle >= from ? held : fit).AddRange(unit);
            passed += unit.Length;
        }
        return new RowSplit([.. fit], [.. held]);
    }
}
