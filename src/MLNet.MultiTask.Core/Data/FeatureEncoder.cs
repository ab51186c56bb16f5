using System.Buffers;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask;

/// <summary>
/// Turns raw columns into the dense features of a <see cref="TaskTable"/>, always in the way learned on the training
/// rows: a categorical column becomes one 0/1 feature per value, a numeric one has its missing values replaced by the
/// training median and is standardised. A model file carries the encoder, so new rows are encoded exactly as the
/// training rows were.
/// </summary>
public sealed class FeatureEncoder
{
    /// <summary>Restores an encoder from what was learned.</summary>
    /// <param name="columns">In feature order; names unique.</param>
    /// <exception cref="ArgumentException">
    /// A name repeats or a column's numbers or categories are not valid.
    /// </exception>
    public FeatureEncoder(IReadOnlyList<EncodedColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
            throw new ArgumentException("An encoder needs at least one column", nameof(columns));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (EncodedColumn column in columns)
        {
            column.ThrowIfInvalid();
            if (!names.Add(column.Name))
                throw new ArgumentException($"Column '{column.Name}' stands twice in the encoder", nameof(columns));
        }
        Columns = columns;
        FeatureCount = columns.Sum(c => c.FeatureCount);
    }

    /// <summary>What was learned, one entry per raw column.</summary>
    public IReadOnlyList<EncodedColumn> Columns { get; }

    /// <summary>Number of features d that a row becomes.</summary>
    public int FeatureCount { get; }

    /// <summary>The features of every column of categories that has several.</summary>
    internal CategorySlots[] CategorySlots
    {
        get
        {
            var slots = new List<CategorySlots>();
            int first = 0;
            foreach (EncodedColumn column in Columns)
            {
                if (column.Categories is not null && column.FeatureCount > 1)
                    slots.Add(new CategorySlots(first, column.FeatureCount));
                first += column.FeatureCount;
            }
            return [.. slots];
        }
    }

    /// <summary>Learns medians, means, scales and categories.</summary>
    /// <param name="columns">All rows of all feature columns; equal lengths.</param>
    /// <param name="rows">The training rows to learn from; at least one.</param>
    /// <param name="missingIndicators">
    /// Whether a numeric column with missing values in these rows becomes two features, the second of which says where
    /// values are missing.
    /// </param>
    public static FeatureEncoder Learn(IReadOnlyList<RawColumn> columns, ReadOnlySpan<int> rows,
        bool missingIndicators = false)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (rows.IsEmpty)
            throw new ArgumentException("An encoder needs at least one row to learn from", nameof(rows));
        var learned = new EncodedColumn[columns.Count];
        for (int c = 0; c < columns.Count; c++)
            learned[c] = columns[c].NumberOf is not { } numberOf ? LearnCategories(columns[c], rows)
                : LearnNumbers(columns[c].Name, numberOf, rows, missingIndicators);
        return new FeatureEncoder(learned);
    }

    /// <summary>Encodes rows: n×d, row-major, all finite.</summary>
    /// <inheritdoc cref="EncodeMatrix(IReadOnlyList{RawColumn})"/>
    public float[] Encode(IReadOnlyList<RawColumn> columns) => EncodeMatrix(columns).ToArray();

    /// <summary>Encodes rows: n×d, all finite, sparse where most features are 0.</summary>
    /// <param name="columns">
    /// The encoder's columns, found by name, each numeric or categorical as it was in training; others are ignored.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A column is missing, of the wrong kind or length, or a value leaves the range of float.
    /// </exception>
    public FeatureMatrix EncodeMatrix(IReadOnlyList<RawColumn> columns) => EncodeMatrix(columns, default);

    /// <summary>The same, given up where it is cancelled.</summary>
    internal FeatureMatrix EncodeMatrix(IReadOnlyList<RawColumn> columns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(columns);
        RawColumn[] raw = [.. Columns.Select(c => Find(c, columns))];
        if (Array.Find(raw, c => c.RowCount != raw[0].RowCount) is { } other)
            throw new ArgumentException($"Column '{other.Name}' has {Counted.Of(other.RowCount, "row")}, " +
                $"{raw[0].RowCount} expected", nameof(columns));
        int[]?[] places = [.. raw.Select((c, i) => c.NumberOf is null ? Places(Columns[i], c.Coded.Values) : null)];
        Func<int, int>?[] codes = [.. raw.Select(c => c.NumberOf is null ? c.Coded.CodeOf : null)];
        Func<int, double>?[] numbers = [.. raw.Select(c => c.NumberOf)];
        var matrix = new FeatureMatrixBuilder(FeatureCount, raw[0].RowCount, (long)raw[0].RowCount * raw.Length);
        int[] at = new int[2 * raw.Length];
        float[] values = new float[at.Length];
        for (int row = 0; row < raw[0].RowCount; row++)
        {
            if ((row & 4095) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            int count = 0;
            for (int c = 0, offset = 0; c < raw.Length; offset += Columns[c++].FeatureCount)
                if (places[c] is null)
                {
                    double number = numbers[c]!(row);
                    (at[count], values[count++]) = (offset, Number(Columns[c], number, row));
                    if (Columns[c].HasIndicator && double.IsNaN(number))
                        (at[count], values[count++]) = (offset + 1, 1);
                }
                else if (places[c]![codes[c]!(row)] is >= 0 and var place)
                    (at[count], values[count++]) = (offset + place, 1);
            matrix.Add(at.AsSpan(0, count), values.AsSpan(0, count));
        }
        return matrix.Build();
    }

    private static EncodedColumn LearnCategories(RawColumn column, ReadOnlySpan<int> rows)
    {
        (string[] values, Func<int, int> codeOf) = column.Coded;
        var seen = new bool[values.Length];
        foreach (int row in rows)
            seen[codeOf(row)] = true;
        return new EncodedColumn
        {
            Name = column.Name,
            Categories = [.. new SortedSet<string>(values.Where((_, code) => seen[code]), StringComparer.Ordinal)],
        };
    }

    private static EncodedColumn LearnNumbers(string name, Func<int, double> numberOf, ReadOnlySpan<int> rows,
        bool indicator)
    {
        double[] rented = ArrayPool<double>.Shared.Rent(rows.Length);
        for (int i = 0; i < rows.Length; i++)
            rented[i] = numberOf(rows[i]);
        EncodedColumn column = NumberColumn.Learn(name, rented.AsSpan(0, rows.Length), indicator);
        ArrayPool<double>.Shared.Return(rented);
        return column;
    }

    private static RawColumn Find(EncodedColumn column, IReadOnlyList<RawColumn> columns)
    {
        RawColumn raw = columns.FirstOrDefault(c => c.Name == column.Name)
            ?? throw new ArgumentException($"Could not find feature column '{column.Name}'", nameof(columns));
        if ((raw.NumberOf is null) != (column.Categories is not null))
            throw new ArgumentException($"Feature column '{column.Name}' must be " +
                (column.Categories is null ? "numeric" : "categorical") + ", as it was in training", nameof(columns));
        return raw;
    }

    // The place of each value's category, −1 for one that is not known.
    private static int[] Places(EncodedColumn column, string[] values)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < column.Categories!.Count; i++)
            index.Add(column.Categories[i], i);
        return [.. values.Select(t => index.GetValueOrDefault(t, -1))];
    }

    private static float Number(EncodedColumn column, double number, int row) =>
        column.Encode(number) is var value && float.IsFinite(value) ? value : throw new ArgumentException(
            $"Column '{column.Name}' is {number} in row {row}, too far from the training mean {column.Mean}");
}
