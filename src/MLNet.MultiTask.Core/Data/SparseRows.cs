namespace MLNet.MultiTask.Data;

/// <summary>
/// The features of a table as deviations from each column's usual value (0, or in a column without zeros the value that
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

    private SparseRows(TaskTable table, float[] usual, int count)
    {
        (Usual, Blocks) = (usual, (table.FeatureCount + BlockColumns - 1) / BlockColumns);
        HasUsual = usual.AsSpan().ContainsAnyExcept(0f);
        (Columns, Values, Starts) = (new int[count], new float[count], new int[table.RowCount * Blocks + 1]);
        int next = 0;
        for (int row = 0; row < table.RowCount; row++)
        {
            ReadOnlySpan<float> features = table.FeatureRow(row);
            for (int c = 0; c < features.Length; c++)
            {
                if (c % BlockColumns == 0)
                    Starts[row * Blocks + c / BlockColumns] = next;
                if (features[c] == usual[c])
                    continue;
                (Columns[next], Values[next]) = (c, features[c] - usual[c]);
                next++;
            }
        }
        Starts[^1] = next;
    }

    /// <summary>The usual value of every column.</summary>
    public float[] Usual { get; }

    /// <summary>Whether a usual value is not 0.</summary>
    public bool HasUsual { get; }

    /// <summary>Blocks of columns.</summary>
    public int Blocks { get; }

    /// <summary>Block b of row r holds the entries Starts[r·Blocks + b] up to the next start.</summary>
    public int[] Starts { get; }

    /// <summary>Column of each entry.</summary>
    public int[] Columns { get; }

    /// <summary>Feature minus the column's usual value.</summary>
    public float[] Values { get; }

    /// <summary>The table's features, or null where too many deviate or there are too few columns.</summary>
    public static SparseRows? TryCreate(TaskTable table)
    {
        if (table.FeatureCount < MinColumns || table.RowCount == 0)
            return null;
        int[] sample = Sample(table.RowCount);
        float[] usual = UsualValues(table, sample);
        // Most tables are dense, and a few rows show it.
        if (Count(table, usual, sample) > 2 * MaxDensity * sample.Length * table.FeatureCount)
            return null;
        long count = 0;
        for (int row = 0; row < table.RowCount; row++)
            count += Count(table, usual, [row]);
        return count <= MaxDensity * table.RowCount * table.FeatureCount && count <= Array.MaxLength
            && (long)table.RowCount * ((table.FeatureCount + BlockColumns - 1) / BlockColumns) < Array.MaxLength
            ? new SparseRows(table, usual, (int)count) : null;
    }

    private static int[] Sample(int rows)
    {
        var sample = new int[Math.Min(rows, SampleRows)];
        for (int i = 0; i < sample.Length; i++)
            sample[i] = (int)((long)i * rows / sample.Length);
        return sample;
    }

    /// <summary>0, or in a column without zeros its majority, if any (Boyer, Moore 1981).</summary>
    private static float[] UsualValues(TaskTable table, int[] sample)
    {
        var usual = new float[table.FeatureCount];
        var votes = new int[usual.Length];
        foreach (int row in sample)
        {
            ReadOnlySpan<float> features = table.FeatureRow(row);
            for (int c = 0; c < usual.Length; c++)
                if (votes[c] == 0)
                    (usual[c], votes[c]) = (features[c], 1);
                else
                    votes[c] += features[c] == usual[c] ? 1 : -1;
        }
        int[] equal = new int[usual.Length], zeros = new int[usual.Length];
        foreach (int row in sample)
        {
            ReadOnlySpan<float> features = table.FeatureRow(row);
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

    private static long Count(TaskTable table, float[] usual, ReadOnlySpan<int> rows)
    {
        long count = 0;
        foreach (int row in rows)
        {
            ReadOnlySpan<float> features = table.FeatureRow(row);
            for (int c = 0; c < features.Length; c++)
                count += features[c] == usual[c] ? 0 : 1;
        }
        return count;
    }
}
