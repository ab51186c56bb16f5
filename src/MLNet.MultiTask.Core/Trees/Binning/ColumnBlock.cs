namespace MLNet.MultiTask.Trees;

/// <summary>
/// Neighbouring columns whose bins lie together, row by row: what one thread makes a histogram of. Dense: a byte a
/// cell. Sparse: two bytes for each cell that is not in its column's usual bin.
/// </summary>
internal sealed unsafe class ColumnBlock
{
    private ColumnBlock(int first, int count, byte[] bins, int[]? starts, byte[]? columns) =>
        (First, Count, Bins, Starts, Columns) = (first, count, bins, starts, columns);

    /// <summary>Most columns of a dense block: a row of bins is one 64-bit word.</summary>
    public const int DenseColumns = 8;

    /// <summary>Most columns of a sparse block: a column is counted in a byte.</summary>
    public const int SparseColumns = 256;

    /// <summary>First column.</summary>
    public int First { get; }

    /// <summary>Number of columns.</summary>
    public int Count { get; }

    /// <summary>Dense: rows×Count; sparse: one per entry.</summary>
    public byte[] Bins { get; }

    /// <summary>Sparse: row r has the entries Starts[r] up to the next start; null = dense.</summary>
    public int[]? Starts { get; }

    /// <summary>Sparse: column of each entry, from <see cref="First"/>.</summary>
    public byte[]? Columns { get; }

    /// <summary>First histogram entry of the block.</summary>
    public int FirstSlot { get; set; }

    /// <summary>Histogram entries of the block.</summary>
    public int SlotCount { get; set; }

    /// <summary>Lays columns of bins, one after the other, side by side.</summary>
    /// <param name="first">Number of the first column.</param>
    /// <param name="columns">Per column where the bins of all rows are.</param>
    /// <param name="rows">Number of rows.</param>
    public static ColumnBlock Dense(int first, IReadOnlyList<nint> columns, int rows)
    {
        int count = columns.Count;
        var bins = new byte[(long)rows * count];
        for (int c = 0; c < count; c++)
        {
            var column = (byte*)columns[c];
            for (int r = 0; r < rows; r++)
                bins[(long)r * count + c] = column[r];
        }
        return new ColumnBlock(first, count, bins, null, null);
    }

    /// <summary>Keeps what is not usual.</summary>
    /// <param name="first">Number of the first column.</param>
    /// <param name="columns">Per column its cells that are not usual, ascending in row.</param>
    /// <param name="rows">Number of rows.</param>
    public static ColumnBlock Sparse(int first, IReadOnlyList<(int Row, byte Bin)[]> columns, int rows)
    {
        var starts = new int[rows + 1];
        foreach ((int Row, byte Bin)[] column in columns)
            foreach ((int row, _) in column)
                starts[row + 1]++;
        for (int r = 0; r < rows; r++)
            starts[r + 1] += starts[r];
        byte[] bins = new byte[starts[rows]], owners = new byte[starts[rows]];
        int[] next = starts[..rows];
        for (int c = 0; c < columns.Count; c++)
            foreach ((int row, byte bin) in columns[c])
            {
                int entry = next[row]++;
                (bins[entry], owners[entry]) = (bin, (byte)c);
            }
        return new ColumnBlock(first, columns.Count, bins, starts, owners);
    }
}
