using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;

    internal KeyToValueMappingEstimator(InputOutputColumnPair[] columns)
        : base(new KeyToValueMappingTransformer(columns))
        => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Find(pair.InputColumnName, "input");
            if (!source.IsKey)
                throw InputColumns.Mismatch("input", source.Name, "key type", source.GetTypeString());
            if (!source.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out SchemaShape.Column values))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(inputSchema), $"Input column '{pair.InputColumnName}' doesn't contain key values metadata");
            }

            return new SchemaShape.Column(pair.OutputColumnName, source.Kind, values.ItemType, values.IsKey,
                new SchemaShape(source.Annotations.Where(a => a.Name == AnnotationKinds.SlotNames)));
        }));
}

public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "KeyToValueTransform";

    internal KeyToValueMappingTransformer(InputOutputColumnPair[] columns)
        : base(columns)
    {
    }

    internal static ITransformer Load(ModelLoadContext ctx) => new KeyToValueMappingTransformer(ctx.Reader.ReadPairs());

    private protected override void Save(ModelSaveContext ctx) => ctx.Begin(Loader).WritePairs(Columns);

    private protected override NewColumn MakeColumn(int index, string name, DataViewSchema.Column source)
    {
        if (source.Type.ItemType() is not KeyDataViewType key)
            throw InputColumns.Mismatch("source", source.Name, "key type", source.Type.ToString());
        DataViewSchema.Column? annotation = source.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues);
        VectorDataViewType values = annotation?.Type as VectorDataViewType
            ?? throw new InvalidOperationException("Metadata KeyValues does not exist");
        if ((ulong)values.Size != key.Count)
            throw new InvalidOperationException("KeyValues metadata size does not match column type key count");
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.Add(source.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new NewColumn(name, source.Type.WithItems(values.ItemType), annotations.ToAnnotations(), [source.Index],
            row => (Delegate)Generic.Call(typeof(KeyToValueMappingTransformer), nameof(CreateGetter),
                [key.RawType, values.ItemType.RawType], row, row.Schema[source.Index]));
    }

    private static Delegate CreateGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column source)
        where TKey : struct
    {
        VBuffer<TValue> values = default;
        source.GetKeyValues(ref values);
        TValue[] byKey = values.DenseValues().Prepend(MissingValue.Of<TValue>()).ToArray();
        Func<TKey, ulong> number = Conversions.Of<TKey, ulong>();
        return ItemMap.CreateGetter<TKey, TValue>(
            row, source, key => number(key) is var k && k < (ulong)byKey.Length ? byKey[k] : byKey[0]);
    }
}
