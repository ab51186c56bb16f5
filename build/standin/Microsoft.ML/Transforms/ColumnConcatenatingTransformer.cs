using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal const string Loader = "ConcatTransform";

    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingTransformer(string name, string[] sources)
    {
        _name = name;
        _sources = sources;
    }

    internal static ITransformer Load(ModelLoadContext ctx)
        => new ColumnConcatenatingTransformer(ctx.Reader.ReadString(), ctx.Reader.ReadNames());

    private protected override void Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loader);
        writer.Write(_name);
        writer.WriteNames(_sources);
    }

    private protected override NewColumns MakeColumns(DataViewSchema input)
    {
        DataViewSchema.Column[] sources = _sources.Select(name => InputColumns.Find(input, name, "input")).ToArray();
        int[] indices = sources.Select(s => s.Index).ToArray();
        if (sources is [{ Type: VectorDataViewType } only])
        {
            return new IndependentColumns([new NewColumn(
                _name, only.Type, only.Annotations, indices, row => Getters.Of(row, row.Schema[only.Index]))]);
        }

        VectorDataViewType type = OutputType(sources);
        return new IndependentColumns([new NewColumn(
            _name, type, ConcatenatedNames.Annotations(sources, type), indices,
            row => (Delegate)Generic.Call(typeof(ColumnConcatenatingTransformer), nameof(CreateGetter),
                [type.ItemType.RawType], row, sources))]);
    }

    private static VectorDataViewType OutputType(DataViewSchema.Column[] sources)
    {
        PrimitiveDataViewType item = (PrimitiveDataViewType)sources[0].Type.ItemType();
        int size = 0;
        bool known = true;
        foreach (DataViewSchema.Column source in sources)
        {
            if (!source.Type.ItemType().Equals(item))
                throw InputColumns.Mismatch("input", source.Name, item.ToString(), source.Type.ToString());
            int slots = source.Type is VectorDataViewType vector ? vector.Size : 1;
            known &= slots > 0;
            size += slots;
        }

        return new VectorDataViewType(item, known ? size : 0);
    }

    private static ValueGetter<VBuffer<T>> CreateGetter<T>(DataViewRow row, DataViewSchema.Column[] sources)
    {
        Func<VBuffer<T>>[] parts = sources.Select(s => CreatePart<T>(row, row.Schema[s.Index])).ToArray();
        VBuffer<T>[] values = new VBuffer<T>[parts.Length];
        return (ref VBuffer<T> destination) =>
        {
            for (int i = 0; i < parts.Length; i++)
                values[i] = parts[i]();
            Concatenate(values, ref destination);
        };
    }

    private static Func<VBuffer<T>> CreatePart<T>(DataViewRow row, DataViewSchema.Column source)
    {
        VBuffer<T> value = default;
        if (source.Type is not VectorDataViewType type)
        {
            ValueGetter<T> scalar = row.GetGetter<T>(source);
            T[] one = new T[1];
            return () =>
            {
                scalar(ref one[0]);
                return new VBuffer<T>(1, one);
            };
        }

        ValueGetter<VBuffer<T>> vector = row.GetGetter<VBuffer<T>>(source);
        return () =>
        {
            vector(ref value);
            return !type.IsKnownSize || value.Length == type.Size ? value : throw new InvalidOperationException(
                $"Column '{source.Name}': expected {type.Size} slots, but got {value.Length}");
        };
    }

    /// <summary>Sparse when at most half of the slots hold explicit values.</summary>
    private static void Concatenate<T>(VBuffer<T>[] parts, ref VBuffer<T> destination)
    {
        int length = parts.Sum(p => p.Length);
        int count = parts.Sum(p => p.GetValues().Length);
        bool sparse = count <= length / 2;
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length, sparse ? count : length);
        int slot = 0;
        int next = 0;
        foreach (VBuffer<T> part in parts)
        {
            if (sparse)
                next = AppendSparse(part, editor, slot, next);
            else
                part.CopyTo(editor.Values, slot);
            slot += part.Length;
        }

        destination = editor.Commit();
    }

    private static int AppendSparse<T>(VBuffer<T> part, VBufferEditor<T> editor, int slot, int next)
    {
        ReadOnlySpan<T> values = part.GetValues();
        ReadOnlySpan<int> indices = part.GetIndices();
        values.CopyTo(editor.Values[next..]);
        for (int i = 0; i < values.Length; i++)
            editor.Indices[next + i] = slot + (part.IsDense ? i : indices[i]);
        return next + values.Length;
    }
}

/// <summary>Annotations of a concatenated column: names of its slots, whether all of it is normalised.</summary>
internal static class ConcatenatedNames
{
    public static DataViewSchema.Annotations Annotations(DataViewSchema.Column[] sources, VectorDataViewType type)
    {
        DataViewSchema.Annotations.Builder builder = new();
        if (type.ItemType is NumberDataViewType && sources.All(s => s.IsNormalized()))
            builder.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        if (type.IsKnownSize && sources.Any(s => s.Type is not VectorDataViewType || s.HasSlotNames()))
        {
            ReadOnlyMemory<char>[] names = sources.SelectMany(SlotNames).Select(n => n.AsMemory()).ToArray();
            builder.Add(
                AnnotationKinds.SlotNames,
                new VectorDataViewType(TextDataViewType.Instance, names.Length),
                AnnotationGetters.ConstantBuffer(new VBuffer<ReadOnlyMemory<char>>(names.Length, names)));
        }

        return builder.ToAnnotations();
    }

    /// <summary>
    /// The column's name for a scalar; <c>column.slot</c> for a vector, empty where its slot has no name.
    /// </summary>
    private static IEnumerable<string> SlotNames(DataViewSchema.Column source)
    {
        if (source.Type is not VectorDataViewType vector)
            return [source.Name];
        if (!source.HasSlotNames())
            return Enumerable.Repeat("", vector.Size);
        VBuffer<ReadOnlyMemory<char>> names = default;
        source.GetSlotNames(ref names);
        return names.DenseValues().Select(n => n.IsEmpty ? "" : $"{source.Name}.{n}").ToArray();
    }
}
