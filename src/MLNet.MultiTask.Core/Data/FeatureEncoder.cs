namespace MLNet.MultiTask;

/// <summary>
/// Turns raw columns into the dense features of a <see cref="TaskTable"/>, always in the way learned on the training
/// rows: a categorical column becomes one 0/1 feature per value, a numeric one has its missing values replaced by the
/// training median and is standardised. A model file carries the encoder, so new rows are encoded exactly as the
/// training rows were.
/// </summary>
public sealed class FeatureEncoder
{
    private const double SmallestScale = 1e-12;

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

    /// <summary>Learns medians, means, scales and categories.</summary>
    /// <param name="columns">All rows of all feature columns; equal lengths.</param>
    /// <param name="rows">The training rows to learn from; at least one.</param>
    public static FeatureEncoder Learn(IReadOnlyList<RawColumn> columns, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (rows.IsEmpty)
            throw new ArgumentException("An encoder needs at least one row to learn from", nameof(rows));
        var learned = new EncodedColumn[columns.Count];
        for (int c = 0; c < columns.Count; c++)
            learned[c] = columns[c].Texts is { } texts ? LearnCategories(columns[c].Name, texts, rows)
                : LearnScale(columns[c].Name, columns[c].Numbers!, rows);
        return new FeatureEncoder(learned);
    }

    /// <summary>Encodes rows: n×d, row-major, all finite.</summary>
    /// <param name="columns">
    /// The encoder's columns, found by name, each numeric or categorical as it was in training; others are ignored.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A column is missing, of the wrong kind or length, or a value leaves the range of float.
    /// </exception>
    public float[] Encode(IReadOnlyList<RawColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        RawColumn[] raw = [.. Columns.Select(c => Find(c, columns))];
        int rows = raw[0].RowCount;
        var features = new float[(long)rows * FeatureCount];
        for (int c = 0, offset = 0; c < raw.Length; offset += Columns[c++].FeatureCount)
        {
            if (raw[c].RowCount != rows)
                throw new ArgumentException($"Column '{raw[c].Name}' has {raw[c].RowCount} rows, {rows} " +
                    "expected", nameof(columns));
            if (Columns[c].Categories is { } categories)
                WriteCategories(categories, raw[c].Texts!, features.AsSpan(offset));
            else
                WriteNumbers(Columns[c], raw[c].Numbers!, features.AsSpan(offset));
        }
        return features;
    }

    private static EncodedColumn LearnCategories(string name, string[] texts, ReadOnlySpan<int> rows)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (int row in rows)
            seen.Add(texts[row]);
        return new EncodedColumn { Name = name, Categories = [.. seen] };
    }

    private static EncodedColumn LearnScale(string name, double[] numbers, ReadOnlySpan<int> rows)
    {
        var values = new double[rows.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = numbers[rows[i]];
        double median = Median([.. values.Where(v => !double.IsNaN(v))]);
        for (int i = 0; i < values.Length; i++)
            values[i] = double.IsNaN(values[i]) ? median : values[i];
        double mean = values.Average();
        double deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return new EncodedColumn
        {
            Name = name,
            Median = median,
            Mean = mean,
            Scale = deviation >= SmallestScale ? deviation : 1,
        };
    }

    private static double Median(double[] values)
    {
        if (values.Length == 0)
            return 0;
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static RawColumn Find(EncodedColumn column, IReadOnlyList<RawColumn> columns)
    {
        RawColumn raw = columns.FirstOrDefault(c => c.Name == column.Name)
            ?? throw new ArgumentException($"Could not find feature column '{column.Name}'", nameof(columns));
        if ((raw.Texts is null) != (column.Categories is null))
            throw new ArgumentException($"Feature column '{column.Name}' must be " +
                (column.Categories is null ? "numeric" : "categorical") + ", as it was in training", nameof(columns));
        return raw;
    }

    private void WriteCategories(IReadOnlyList<string> categories, string[] texts, Span<float> features)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < categories.Count; i++)
            index.Add(categories[i], i);
        for (int row = 0; row < texts.Length; row++)
            if (index.TryGetValue(texts[row], out int category))
                features[row * FeatureCount + category] = 1;
    }

    private void WriteNumbers(EncodedColumn column, double[] numbers, Span<float> features)
    {
        for (int row = 0; row < numbers.Length; row++)
        {
            double number = double.IsNaN(numbers[row]) ? column.Median : numbers[row];
            float value = (float)((number - column.Mean) / column.Scale);
            features[row * FeatureCount] = float.IsFinite(value) ? value : throw new ArgumentException(
                $"Column '{column.Name}' is {number} in row {row}, too far from the training mean {column.Mean}");
        }
    }
}
