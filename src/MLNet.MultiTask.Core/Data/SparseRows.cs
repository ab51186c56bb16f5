namespace MLNet.MultiTask.Data;

/// <summary>
/// Features as deviations from each column's usual value (0, or in a column without zeros the value that
/// more than half of the rows have), where few cells deviate: 0/1 indicators and counts of words, standardised or not.
/// What is stored per row is grouped by blocks of columns, ascending.
/// </summary>
internal sealed class SparseRows
{
    /// <summary>Columns whose cells lie together in a row.</summary>
    public const int BlockColumns = 64;

    /// <summary>
    /// Largest share of cells that deviate. A training step on the deviations was measured to be as quick as on all
    /// cells at 0.2 and 1.5 times as quick at 0.1, where they also take no more than a fifth of the table's memory.
    /// </summary>
    public const double MaxDensity = 0.1;

    /// <summary>Fewest columns; below, the first layer is a small part of a step.</summary>
    public const int MinColumns = 64;

    private const int SampleRows = 1024;

    private SparseRows(FeatureMatrix features, float[] usual, int count)
    {
        (Usual, Blocks) = (usual, (features.ColumnCount + BlockColumns - 1) / BlockColumns);
        HasUsual = usual.AsSpan().ContainsAnyExcept(0f);
        (Columns, Values, Starts) = (new int[count], new float[count], new int[features.RowCount * Blocks + 1]);
        int next = 0;
        for (int row = 0; row < features.RowCount; row++)
        {
            ReadOnlySpan<float> cells = features.Row(row, []);
            for (int c = 0; c < cells.Length; c++)
            {
                if (c % BlockColumns == 0)
                    Starts[row * Blocks + c / BlockColumns] = next;
                if (cells[c] == usual[c])
                    continue;
                (Columns[next], Values[next]) = (c, cells[c] - usual[c]);
                next++;
            }
        }
        Starts[^1] = next;
    }

    private SparseRows(float[] usual, int[] columns, float[] values, int[] starts, int blocks) =>
        (Usual, Columns, Values, Starts, Blocks) = (usual, columns, values, starts, blocks);

    /// <summary>The usual value of every column.</summary>
    public float[] Usual { get; }

    /// <summary>Whether a usual value is not 0.</summary>
    public bool HasUsual { get; }

    /// <summary>Blocks of columns.</summary>
    public int Blocks { get; }

    /// <summary>Block b of row r holds the entries Starts[r·Blocks + b] up to the next start.</summary>
    public int[] Starts { get; }

    /// <summary>Column of each entry; what is behind the last start is not used.</summary>
    public int[] Columns { get; }

    /// <summary>Feature minus the column's usual value.</summary>
    public float[] Values { get; }

    /// <summary>The features, or null where too many deviate or there are too few columns.</summary>
    public static SparseRows? TryCreate(FeatureMatrix features)
    {
        if (features.ColumnCount < MinColumns || features.RowCount == 0)
            return null;
        int[] sample = Sample(features.RowCount);
        float[] usual = UsualValues(features, sample);
        // Most tables are dense, and a few rows show it.
        if (Count(features, usual, sample) > 2 * MaxDensity * sample.Length * features.ColumnCount)
            return null;
        long count = 0;
        for (int row = 0; row < features.RowCount; row++)
            count += Count(features, usual, [row]);
        return count <= MaxDensity * features.RowCount * features.ColumnCount && count <= Array.MaxLength
            && BlockCells(features.RowCount, features.ColumnCount) < Array.MaxLength
            ? new SparseRows(features, usual, (int)count) : null;
    }

    /// <summary>Rows of cells that are not 0; every usual value is 0.</summary>
    /// <param name="rowStarts">Where each row's cells begin, and where the last one's end.</param>
    /// <param name="columns">Ascending in a row.</param>
    /// <param name="values">One per column.</param>
    /// <param name="columnCount">d.</param>
    public static SparseRows Of(ReadOnlySpan<int> rowStarts, int[] columns, float[] values, int columnCount)
    {
        int rows = rowStarts.Length - 1, blocks = (columnCount + BlockColumns - 1) / BlockColumns;
        var starts = new int[rows * blocks + 1];
        for (int row = 0, next = 0; row < rows; row++)
            for (int block = 0; block < blocks; block++)
            {
                starts[row * blocks + block] = next;
                while (next < rowStarts[row + 1] && columns[next] / BlockColumns == block)
                    next++;
            }
        starts[^1] = rowStarts[^1];
        return new SparseRows(new float[columnCount], columns, values, starts, blocks);
    }

    /// <summary>Blocks of all rows.</summary>
    public static long BlockCells(int rows, int columns) =>
        (long)rows * ((columns + BlockColumns - 1) / BlockColumns);

    /// <summary>Writes all cells of a row.</summary>
    public void Expand(int row, Span<float> cells)
    {
        Usual.CopyTo(cells);
        for (int i = Starts[row * Blocks]; i < Starts[(row + 1) * Blocks]; i++)
            cells[Columns[i]] += Values[i];
    }

    /// <summary>One cell.</summary>
    public float Cell(int row, int column)
    {
        int block = row * Blocks + column / BlockColumns;
        for (int i = Starts[block]; i < Starts[block + 1]; i++)
            if (Columns[i] == column)
                return Usual[column] + Values[i];
        return Usual[column];
    }

    /// <summary>The first cell that is infinite or, unless allowed, NaN.</summary>
    public (int Row, int Column)? FindNotFinite(bool allowNaN)
    {
        for (int i = 0; i < Starts[^1]; i++)
            if (!float.IsFinite(Values[i]) && !(allowNaN && float.IsNaN(Values[i])))
            {
                int block = 0;
                while (Starts[block + 1] <= i)
                    block++;
                return (block / Blocks, Columns[i]);
            }
        return null;
    }

    private static int[] Sample(int rows)
    {
        var sample = new int[Math.Min(rows, SampleRows)];
        for (int i = 0; i < sample.Length; i++)
            sample[i] = (int)((long)i * rows / sample.Length);
        return sample;
    }

    /// <summary>0, or in a column without zeros its majority, if any (Boyer, Moore 1981).</summary>
    private static float[] UsualValues(FeatureMatrix matrix, int[] sample)
    {
        var usual = new float[matrix.ColumnCount];
        var votes = new int[usual.Length];
        foreach (int row in sample)
        {
            ReadOnlySpan<float> features = matrix.Row(row, []);
            for (int c = 0; c < usual.Length; c++)
                if (votes[c] == 0)
                    (usual[c], votes[c]) = (features[c], 1);
                else
                    votes[c] += features[c] == usual[c] ? 1 : -1;
        }
        int[] equal = new int[usual.Length], zeros = new int[usual.Length];
        foreach (int row in sample)
        {
            ReadOnlySpan<float> features = matrix.Row(row, []);
            for (int c = 0; c < usual.Length; c++)
            {
                equal[c] += features[c] == usual[c] ? 1 : 0;
                zeros[c] += features[c] == 0 ? 1 : 0;
            }
        }
        for (int c = 0; c < usual.Length; c++)
            if (zeros[c] > 0 || 2 * equal[c] <= sample.Length)
                usual[c] = 0;
        return usual;
    }

    private static long Count(FeatureMatrix matrix, float[] usual, ReadOnlySpan<int> rows)
    {
        long count = 0;
        foreach (int row in rows)
        {
            ReadOnlySpan<float> features = matrix.Row(row, []);
            for (int c = 0; c < features.Length; c++)
                count += features[c] == usual[c] ? 0 : 1;
        }
        return count;
    }
}
