using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.BuiltIn;

/// <summary>
/// Builds a chain of ML.NET's own transformers, one fitted step after the other, over a view without rows.
/// </summary>
internal sealed class BuiltInChain(MLContext context, DataViewSchema input)
{
    private static readonly string[] s_vectors = [.. RowParts.VectorSizes.Select(Vector)];

    private readonly List<ITransformer> _transformers = [];
    private readonly HashSet<string> _temporaries = new(StringComparer.Ordinal);
    private IDataView _view = new EmptyDataView(input);

    public TransformsCatalog Transforms => context.Transforms;

    /// <summary>Adds a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="temporaries">Columns of it that are dropped in the end.</param>
    public void Add(IEstimator<ITransformer> step, params string[] temporaries)
    {
        ITransformer transformer = step.Fit(_view);
        _view = transformer.Transform(_view);
        _transformers.Add(transformer);
        _temporaries.UnionWith(temporaries);
    }

    /// <summary>Puts the constant key into each row, from which <see cref="AddConstant"/> looks up.</summary>
    public void AddKey() => Add(
        Transforms.CustomMapping<NoColumns, ConstantKey>(ConstantKeyFactory.Map, ConstantKeyFactory.Contract),
        nameof(ConstantKey.MultiTaskKey));

    /// <summary>Puts a constant into each row; the value lies in the model file.</summary>
    public void AddConstant<T>(string name, T value) => Add(Transforms.Conversion.MapValue(name,
        new KeyValuePair<int, T>[] { new(1, value) }, nameof(ConstantKey.MultiTaskKey)), name);

    /// <summary>Takes the next numbers of each row off as columns.</summary>
    /// <param name="type">Their type: 1 = Boolean, 2 = UInt32, otherwise Single.</param>
    /// <param name="names">The columns, at most <see cref="RowParts.Count"/>.</param>
    public void AddParts(int type, string[] names)
    {
        (IEstimator<ITransformer> step, string field, DataKind kind) = type switch
        {
            1 => (Custom<RowBooleans>(BooleansFactory.Contract), "Boolean", DataKind.Boolean),
            2 => (Custom<RowIntegers>(IntegersFactory.Contract), "Integer", DataKind.UInt32),
            _ => ((IEstimator<ITransformer>)Custom<RowSingles>(SinglesFactory.Contract), "Single", DataKind.Single),
        };
        string[] fields = [.. Enumerable.Range(0, RowParts.Count).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"MultiTask{field}{i:D2}"))];
        Add(step, fields);
        Rename(names.Zip(fields), kind);
    }

    /// <summary>Takes numbers of each row as a few vectors, the larger ones first.</summary>
    /// <param name="type">Their type: 1 = Boolean, 2 = UInt32, otherwise Single.</param>
    /// <param name="vectors">The columns and their sizes: falling powers of two up to 4,096.</param>
    /// <param name="start">The first of all numbers of a row to take.</param>
    /// <param name="next">The first number that the next <see cref="AddParts"/> takes.</param>
    public void AddVectors(int type, (string Name, int Size)[] vectors, int start, int next)
    {
        AddRange(start, vectors.Sum(v => v.Size), next);
        (IEstimator<ITransformer> step, DataKind kind) = type switch
        {
            1 => (Custom(new BooleanVectorsFactory(), BooleanVectorsFactory.Contract), DataKind.Boolean),
            2 => (Custom(new IntegerVectorsFactory(), IntegerVectorsFactory.Contract), DataKind.UInt32),
            _ => ((IEstimator<ITransformer>)Custom(new SingleVectorsFactory(), SingleVectorsFactory.Contract),
                DataKind.Single),
        };
        Add(step, s_vectors);
        Rename(vectors.Select(v => (v.Name, Vector(v.Size))), kind);
    }

    /// <summary>Makes the next <see cref="AddParts"/> begin at another one of all numbers of a row.</summary>
    public void GoTo(int next)
    {
        AddRange(next, 0, next);
        Add(Custom(new SingleVectorsFactory(), SingleVectorsFactory.Contract), s_vectors);
    }

    /// <summary>
    /// Fits what follows over a view of these columns alone. Every stage looks at every column of its view, so that a
    /// stage for a few of a thousand columns is better fitted on those.
    /// </summary>
    public void GoOnWith(IEnumerable<(string Name, DataViewType Type)> columns)
    {
        var schema = new DataViewSchema.Builder();
        foreach ((string name, DataViewType type) in columns)
            schema.AddColumn(name, type);
        _view = new EmptyDataView(schema.ToSchema());
    }

    /// <summary>Drops columns in the end.</summary>
    public void Drop(params string[] temporaries) => _temporaries.UnionWith(temporaries);

    /// <summary>A view of one column with these values.</summary>
    public IDataView Rows<T>(IEnumerable<T> values) =>
        context.Data.LoadFromEnumerable(values.Select(v => new Row<T> { Value = v }));

    /// <summary>The whole chain.</summary>
    public ITransformer Finish()
    {
        string[] names = [.. _temporaries.Order(StringComparer.Ordinal)];
        GoOnWith(names.Select(name => (name, (DataViewType)NumberDataViewType.Single)));
        Add(Transforms.DropColumns(names));
        return new TransformerChain<ITransformer>([.. _transformers]);
    }

    private void AddRange(params int[] range) => Add(
        Transforms.Conversion.MapValue(nameof(RowToSplit.MultiTaskRange),
            new KeyValuePair<int, int[]>[] { new(1, range) }, nameof(ConstantKey.MultiTaskKey)),
        nameof(RowToSplit.MultiTaskRange));

    private static string Vector(int size) => string.Create(CultureInfo.InvariantCulture, $"MultiTaskVector{size:D4}");

    // A conversion to the same type copies many columns in one stage, which CopyColumns does for friends only.
    private void Rename(IEnumerable<(string To, string From)> columns, DataKind kind) => Add(
        Transforms.Conversion.ConvertType([.. columns.Select(c => new InputOutputColumnPair(c.To, c.From))], kind));

    private CustomMappingEstimator<RowToSplit, RowVectors<T>> Custom<T>(
        CustomMappingFactory<RowToSplit, RowVectors<T>> factory, string contract) =>
        Transforms.CustomMapping(factory.GetMapping(), contract);

    private CustomMappingEstimator<RowNumbers, T> Custom<T>(string contract) where T : class, IRowParts, new() =>
        Transforms.CustomMapping<RowNumbers, T>(RowParts.Map, contract);

    private sealed class Row<T>
    {
        public T Value { get; set; } = default!;
    }

    private sealed class EmptyDataView(DataViewSchema schema) : IDataView
    {
        public DataViewSchema Schema => schema;

        public bool CanShuffle => true;

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            new EmptyCursor(schema, columnsNeeded);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n,
            Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }

    private sealed class EmptyCursor(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
        : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. columnsNeeded.Select(c => c.Index)];

        public override DataViewSchema Schema => schema;

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => false;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => (ref TValue _) =>
            throw NoRow();

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId _) => throw NoRow();

        private static InvalidOperationException NoRow() => new("The view has no rows");
    }
}
