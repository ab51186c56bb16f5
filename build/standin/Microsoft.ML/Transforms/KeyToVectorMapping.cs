using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly bool _count;

    internal KeyToVectorMappingEstimator(InputOutputColumnPair[] columns, bool count)
        : base(new KeyToVectorMappingTransformer(columns, count))
    {
        _columns = columns;
        _count = count;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Find(pair.InputColumnName, "input");
            if (!source.IsKey)
                throw InputColumns.Mismatch("input", source.Name, "key type", source.GetTypeString());
            bool variable = !_count && source.Kind == SchemaShape.Column.VectorKind.VariableVector;
            return new SchemaShape.Column(
                pair.OutputColumnName,
                variable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector,
                NumberDataViewType.Single,
                isKey: false,
                Annotations(source));
        }));

    private SchemaShape Annotations(SchemaShape.Column source)
    {
        List<SchemaShape.Column> kinds = [];
        if (source.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out SchemaShape.Column values)
            && values.ItemType is TextDataViewType)
        {
            kinds.Add(new SchemaShape.Column(AnnotationKinds.SlotNames,
                SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
        }

        if (!_count || source.Kind == SchemaShape.Column.VectorKind.Scalar)
            kinds.Add(SchemaShape.Column.Of(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance));
        return new SchemaShape(kinds);
    }
}

/// <summary>A key as an indicator vector; a vector of keys as one indicator after the other, or as their sum.</summary>
public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "KeyToVectorTransform";

    private readonly bool _count;

    internal KeyToVectorMappingTransformer(InputOutputColumnPair[] columns, bool count)
        : base(columns)
        => _count = count;

    internal static ITransformer Load(ModelLoadContext ctx)
    {
        InputOutputColumnPair[] columns = ctx.Reader.ReadPairs();
        return new KeyToVectorMappingTransformer(columns, ctx.Reader.ReadBoolean());
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loader);
        writer.WritePairs(Columns);
        writer.Write(_count);
    }

    private protected override NewColumn MakeColumn(int index, string name, DataViewSchema.Column source)
    {
        if (source.Type.ItemType() is not KeyDataViewType key)
            throw InputColumns.Mismatch("source", source.Name, "key type", source.Type.ToString());
        int keys = checked((int)key.Count);
        int slots = _count ? 1 : (source.Type as VectorDataViewType)?.Size ?? 1;
        VectorDataViewType type = slots == 1
            ? new VectorDataViewType(NumberDataViewType.Single, keys)
            : new VectorDataViewType(NumberDataViewType.Single, slots, keys);
        return new NewColumn(name, type, Annotations(source, type, keys), [source.Index],
            row => (Delegate)Generic.Call(typeof(KeyToVectorMappingTransformer),
                source.Type is VectorDataViewType ? nameof(FromVector) : nameof(FromScalar),
                [key.RawType], row, row.Schema[source.Index], keys, _count));
    }

    private static ValueGetter<VBuffer<float>> FromScalar<T>(
        DataViewRow row, DataViewSchema.Column source, int keys, bool count)
    {
        ValueGetter<T> getter = row.GetGetter<T>(source);
        Func<T, ulong> number = Conversions.Of<T, ulong>();
        T value = default;
        return (ref VBuffer<float> destination) =>
        {
            getter(ref value);
            ulong key = number(value);
            bool known = key > 0 && key <= (ulong)keys;
            VBufferEditor<float> editor = VBufferEditor.Create(ref destination, keys, known ? 1 : 0);
            if (known)
                editor.Values[0] = 1;
            if (known && keys > 1)
                editor.Indices[0] = (int)key - 1;
            destination = editor.Commit();
        };
    }

    private static ValueGetter<VBuffer<float>> FromVector<T>(
        DataViewRow row, DataViewSchema.Column source, int keys, bool count)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(source);
        Func<T, ulong> number = Conversions.Of<T, ulong>();
        VBuffer<T> value = default;
        return (ref VBuffer<float> destination) =>
        {
            getter(ref value);
            VBufferEditor<float> editor = VBufferEditor.Create(ref destination, count ? keys : value.Length * keys);
            editor.Values.Clear();
            foreach ((int slot, T item) in value.Items())
            {
                ulong key = number(item);
                if (key > 0 && key <= (ulong)keys)
                    editor.Values[(count ? 0 : slot * keys) + (int)key - 1]++;
            }

            destination = editor.Commit();
        };
    }

    private DataViewSchema.Annotations Annotations(DataViewSchema.Column source, VectorDataViewType type, int keys)
    {
        DataViewSchema.Annotations.Builder builder = new();
        bool isScalar = source.Type is not VectorDataViewType;
        if (source.HasKeyValues() && type.IsKnownSize)
        {
            VBuffer<ReadOnlyMemory<char>> values = default;
            source.GetKeyValues(ref values);
            ReadOnlyMemory<char>[] names = _count || isScalar
                ? values.DenseValues().ToArray()
                : SlotPrefixes(source, type.Size / keys)
                    .SelectMany(prefix => values.DenseValues().Select(v => $"{prefix}.{v}".AsMemory())).ToArray();
            builder.Add(AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
                AnnotationGetters.ConstantBuffer(new VBuffer<ReadOnlyMemory<char>>(names.Length, names)));
        }

        if (!_count || isScalar)
            builder.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        return builder.ToAnnotations();
    }

    private static string[] SlotPrefixes(DataViewSchema.Column source, int slots)
    {
        VBuffer<ReadOnlyMemory<char>> names = new(slots, new ReadOnlyMemory<char>[slots]);
        if (source.HasSlotNames())
            source.GetSlotNames(ref names);
        return names.DenseValues().Select((n, slot) => n.IsEmpty ? $"[{slot}]" : n.ToString()).ToArray();
    }
}
