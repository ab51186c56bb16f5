using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class DataOperationsCatalog
{
    private const int DefaultSeed = 42;

    private readonly HostEnvironment _environment;

    internal DataOperationsCatalog(HostEnvironment environment) => _environment = environment;

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
        => new ObjectView<TRow>(data ?? throw new ArgumentNullException(nameof(data)), schemaDefinition);

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(schema);
        return LoadFromEnumerable(data, SchemaDefinitions.For<TRow>(schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data,
        bool reuseRowObject,
        bool ignoreMissingColumns = false,
        SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        ObjectReader<TRow> reader = new(data.Schema, ignoreMissingColumns, schemaDefinition);
        return Enumerate(data, reader, reuseRowObject);
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] prefetch = (columnsToPrefetch ?? [])
            .Select(name => InputColumns.Find(input.Schema, name, "prefetch")).ToArray();
        CachedView cached = new(input);
        if (prefetch.Length > 0)
            cached.Fill(prefetch);
        return cached;
    }

    public IDataView ShuffleRows(
        IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckPositive(shufflePoolSize, nameof(shufflePoolSize), "Must be positive");
        return new ShuffledView(input, seed ?? _environment.Rand.Next(), shufflePoolSize, shuffleSource);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckPositive(count, nameof(count), "Must be greater than zero.");
        return RowFilters.Window(input, 0, count);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckPositive(count, nameof(count), "Must be greater than zero.");
        return RowFilters.Window(input, count, long.MaxValue);
    }

    public IDataView FilterRowsByColumn(
        IDataView input,
        string columnName,
        double lowerBound = double.NegativeInfinity,
        double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!(lowerBound < upperBound))
            throw new ArgumentOutOfRangeException(nameof(upperBound), "Must be less than lowerBound");
        DataViewSchema.Column column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw InputColumns.Mismatch("filter", columnName, "number", column.Type.ToString());
        return RowFilters.Range(input, column, lowerBound, upperBound);
    }

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(input);
        return RowFilters.WithoutMissing(input, columns.Select(name => input.Schema[name]).ToArray());
    }

    public TrainTestData TrainTestSplit(
        IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        if (!(testFraction > 0 && testFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), "Must be between 0 and 1 exclusive");
        return Split(data, samplingKeyColumnName, seed, 0, testFraction);
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(
        IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        if (numberOfFolds <= 1)
            throw new ArgumentOutOfRangeException(nameof(numberOfFolds), "Must be more than 1");
        return Enumerable.Range(0, numberOfFolds)
            .Select(fold => Split(
                data, samplingKeyColumnName, seed, (double)fold / numberOfFolds, (fold + 1.0) / numberOfFolds))
            .ToArray();
    }

    private static IEnumerable<TRow> Enumerate<TRow>(IDataView data, ObjectReader<TRow> reader, bool reuseRowObject)
        where TRow : class, new()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(reader.Columns);
        Action<TRow> fill = reader.CreateFill(cursor);
        TRow row = null;
        while (cursor.MoveNext())
        {
            if (!reuseRowObject || row == null)
                row = new TRow();
            fill(row);
            yield return row;
        }
    }

    private static void CheckPositive(long value, string name, string message)
    {
        if (value <= 0)
            throw new ArgumentOutOfRangeException(name, message);
    }

    private TrainTestData Split(IDataView data, string keyName, int? seed, double lower, double upper)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataViewSchema.Column? key = keyName == null
            ? null
            : InputColumns.Find(data.Schema, keyName, "SamplingKeyColumn");
        int chosen = seed ?? _environment.Seed ?? DefaultSeed;
        return new TrainTestData(
            RowFilters.Fraction(data, key, chosen, lower, upper, outside: true),
            RowFilters.Fraction(data, key, chosen, lower, upper, outside: false));
    }

    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
