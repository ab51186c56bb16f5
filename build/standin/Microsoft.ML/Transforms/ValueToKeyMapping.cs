using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _keyValuesAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(
        InputOutputColumnPair[] columns,
        int maximumNumberOfKeys,
        KeyOrdinality ordinality,
        bool keyValuesAsText,
        IDataView keyData)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (maximumNumberOfKeys <= 0)
            throw new ArgumentOutOfRangeException(nameof(maximumNumberOfKeys), "Must be positive");
        if (keyData != null && keyData.Schema.Count != 1)
        {
            throw new ArgumentOutOfRangeException(nameof(keyData), "If specified, this data view should contain only "
                + $"a single column containing the terms to map, but this had {keyData.Schema.Count} columns.");
        }

        _columns = columns;
        _maximumNumberOfKeys = maximumNumberOfKeys;
        _ordinality = ordinality;
        _keyValuesAsText = keyValuesAsText;
        _keyData = keyData;
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        KeyMap[] maps = _columns
            .Select(pair => Learn(InputColumns.Find(input.Schema, pair.InputColumnName, "input"), input)).ToArray();
        return new ValueToKeyMappingTransformer(_columns, maps, _keyValuesAsText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Find(pair.InputColumnName, "input");
            List<SchemaShape.Column> kinds =
                source.Annotations.Where(a => a.Name == AnnotationKinds.SlotNames).ToList();
            kinds.Add(new SchemaShape.Column(AnnotationKinds.KeyValues, SchemaShape.Column.VectorKind.Vector,
                _keyValuesAsText ? TextDataViewType.Instance : source.ItemType, source.IsKey && !_keyValuesAsText));
            return new SchemaShape.Column(
                pair.OutputColumnName, source.Kind, NumberDataViewType.UInt32, true, new SchemaShape(kinds));
        }));

    private KeyMap Learn(DataViewSchema.Column source, IDataView input)
    {
        bool sorted = _ordinality == KeyOrdinality.ByValue;
        if (_keyData == null)
            return KeyMap.Learn(input, source, _maximumNumberOfKeys, sorted);
        DataViewSchema.Column keys = _keyData.Schema[0];
        return keys.Type.Equals(source.Type.ItemType())
            ? KeyMap.Learn(_keyData, keys, int.MaxValue, sorted)
            : throw InputColumns.Mismatch("input", source.Name, keys.Type.ToString(), source.Type.ToString());
    }
}

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "TermTransform";

    private readonly KeyMap[] _maps;
    private readonly bool _keyValuesAsText;

    internal ValueToKeyMappingTransformer(InputOutputColumnPair[] columns, KeyMap[] maps, bool keyValuesAsText)
        : base(columns)
    {
        _maps = maps;
        _keyValuesAsText = keyValuesAsText;
    }

    internal static ITransformer Load(ModelLoadContext ctx)
    {
        bool keyValuesAsText = ctx.Reader.ReadBoolean();
        InputOutputColumnPair[] columns = ctx.Reader.ReadPairs();
        return new ValueToKeyMappingTransformer(
            columns, columns.Select(_ => KeyMap.Load(ctx.Reader)).ToArray(), keyValuesAsText);
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loader);
        writer.Write(_keyValuesAsText);
        writer.WritePairs(Columns);
        foreach (KeyMap map in _maps)
            map.Save(writer);
    }

    private protected override NewColumn MakeColumn(int index, string name, DataViewSchema.Column source)
    {
        KeyMap map = _maps[index];
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.Add(source.Annotations, kind => kind == AnnotationKinds.SlotNames);
        map.AddKeyValues(annotations, _keyValuesAsText);
        KeyDataViewType key = new(typeof(uint), Math.Max(map.Count, 1));
        return new NewColumn(name, source.Type.WithItems(key), annotations.ToAnnotations(), [source.Index],
            row => map.CreateGetter(row, row.Schema[source.Index]));
    }
}
