using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly DataKind _kind;

    internal TypeConvertingEstimator(InputOutputColumnPair[] columns, DataKind kind)
        : base(new TypeConvertingTransformer(columns, kind))
    {
        _columns = columns;
        _kind = kind;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Find(pair.InputColumnName, "input");
            PrimitiveDataViewType target = PrimitiveTypes.Of(_kind);
            bool possible = source.IsKey
                ? KeyDataViewType.IsValidDataType(target.RawType)
                : Conversions.Exists(source.ItemType.RawType, target.RawType);
            if (!possible)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(inputSchema), $"Can't convert {pair.InputColumnName} into {target}");
            }

            return new SchemaShape.Column(pair.OutputColumnName, source.Kind, target, source.IsKey,
                new SchemaShape(
                    source.Annotations.Where(a => a.Name is AnnotationKinds.SlotNames or AnnotationKinds.KeyValues)));
        }));
}

public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "TypeConvertTransform";

    private readonly DataKind _kind;

    internal TypeConvertingTransformer(InputOutputColumnPair[] columns, DataKind kind)
        : base(columns)
        => _kind = kind;

    internal static ITransformer Load(ModelLoadContext ctx)
        => new TypeConvertingTransformer(ctx.Reader.ReadPairs(), (DataKind)ctx.Reader.ReadByte());

    private protected override void Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loader);
        writer.WritePairs(Columns);
        writer.Write((byte)_kind);
    }

    private protected override NewColumn MakeColumn(int index, string name, DataViewSchema.Column source)
    {
        DataViewType from = source.Type.ItemType();
        PrimitiveDataViewType to = PrimitiveTypes.Of(_kind);
        bool isKey = from is KeyDataViewType;
        if (isKey ? !KeyDataViewType.IsValidDataType(to.RawType) : !Conversions.Exists(from.RawType, to.RawType))
        {
            throw new ArgumentOutOfRangeException("inputSchema", $"source column '{source.Name}' with item type "
                + $"'{source.Type}' is not compatible with destination type '{to}'");
        }

        if (from is KeyDataViewType key)
            to = new KeyDataViewType(to.RawType, key.Count);
        return new NewColumn(name, source.Type.WithItems(to), Annotations(source, to), [source.Index],
            row => (Delegate)Generic.Call(typeof(TypeConvertingTransformer), nameof(CreateGetter),
                [from.RawType, to.RawType], row, row.Schema[source.Index]));
    }

    private static DataViewSchema.Annotations Annotations(DataViewSchema.Column source, PrimitiveDataViewType target)
    {
        DataViewSchema.Annotations.Builder builder = new();
        builder.Add(source.Annotations, kind => kind switch
        {
            AnnotationKinds.SlotNames => source.Type is VectorDataViewType { IsKnownSize: true },
            AnnotationKinds.KeyValues => target is KeyDataViewType,
            AnnotationKinds.IsNormalized
                => source.Type.ItemType() is NumberDataViewType && target is NumberDataViewType,
            _ => false,
        });
        if (source.Type is BooleanDataViewType && target is NumberDataViewType)
            builder.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        return builder.ToAnnotations();
    }

    private static Delegate CreateGetter<TSrc, TDst>(DataViewRow row, DataViewSchema.Column source)
        => ItemMap.CreateGetter(row, source, Conversions.Of<TSrc, TDst>());
}
