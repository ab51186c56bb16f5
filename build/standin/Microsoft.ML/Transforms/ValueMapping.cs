using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;

    internal ValueMappingEstimator(InputOutputColumnPair[] columns, ValueMap map)
        : base(new ValueMappingTransformer(columns, map))
        => _columns = columns;

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Find(pair.InputColumnName, "input");
            SchemaShape.Column value = SchemaShape.Column.Of(
                pair.OutputColumnName, Transformer.Map.ValueType, Transformer.Map.Annotations);
            if (source.Kind == SchemaShape.Column.VectorKind.Scalar)
                return value;
            if (value.Kind != SchemaShape.Column.VectorKind.Scalar)
                throw ValueMappingTransformer.BothVectors(pair.InputColumnName);
            return new SchemaShape.Column(value.Name, source.Kind, value.ItemType, value.IsKey, value.Annotations);
        }));
}

public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(InputOutputColumnPair[] columns, ValueMap map)
        : base(columns, map)
    {
    }
}

public class ValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "ValueMappingTransformer";

    internal ValueMappingTransformer(InputOutputColumnPair[] columns, ValueMap map)
        : base(columns)
        => Map = map;

    internal ValueMap Map { get; }

    internal static ITransformer Load(ModelLoadContext ctx)
        => new ValueMappingTransformer(ctx.Reader.ReadPairs(), ValueMap.Load(ctx.Reader));

    internal static NotSupportedException BothVectors(string name)
        => new($"Column '{name}' cannot be mapped to values when the column and the map values are both vector type.");

    private protected override void Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loader);
        writer.WritePairs(Columns);
        Map.Save(writer);
    }

    private protected override NewColumn MakeColumn(int index, string name, DataViewSchema.Column source)
    {
        if (source.Type.ItemType().RawType != Map.KeyType.RawType)
            throw InputColumns.Mismatch("input", source.Name, Map.KeyType.ToString(), source.Type.ToString());
        if (source.Type is VectorDataViewType && Map.ValueType is VectorDataViewType)
            throw BothVectors(source.Name);
        DataViewType type = Map.ValueType is PrimitiveDataViewType item ? source.Type.WithItems(item) : Map.ValueType;
        return new NewColumn(name, type, Map.Annotations, [source.Index],
            row => Map.CreateGetter(row, row.Schema[source.Index]));
    }
}
