using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class MissingValueReplacingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "NAReplaceTransform";

    private readonly double[][] _replacements;

    internal MissingValueReplacingTransformer(InputOutputColumnPair[] columns, double[][] replacements)
        : base(columns)
        => _replacements = replacements;

    internal static bool Keeps(string annotation)
        => annotation is AnnotationKinds.SlotNames or AnnotationKinds.IsNormalized;

    internal static ITransformer Load(ModelLoadContext ctx)
    {
        InputOutputColumnPair[] columns = ctx.Reader.ReadPairs();
        return new MissingValueReplacingTransformer(
            columns, columns.Select(_ => ctx.Reader.ReadBuffer<double>().DenseValues().ToArray()).ToArray());
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loader);
        writer.WritePairs(Columns);
        foreach (double[] values in _replacements)
            writer.WriteBuffer(new VBuffer<double>(values.Length, values));
    }

    private protected override NewColumn MakeColumn(int index, string name, DataViewSchema.Column source)
    {
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.Add(source.Annotations, Keeps);
        return new NewColumn(name, source.Type, annotations.ToAnnotations(), [source.Index],
            row => (Delegate)Generic.Call(typeof(MissingValueReplacingTransformer), nameof(CreateGetter),
                [source.Type.ItemType().RawType], row, row.Schema[source.Index], _replacements[index]));
    }

    private static Delegate CreateGetter<T>(DataViewRow row, DataViewSchema.Column source, double[] replacements)
        where T : struct, IFloatingPointIeee754<T>
    {
        T[] values = replacements.Select(T.CreateTruncating).ToArray();
        return values.Length == 1
            ? ItemMap.CreateGetter<T, T>(row, source, x => T.IsNaN(x) ? values[0] : x)
            : BySlot(row.GetGetter<VBuffer<T>>(source), values);
    }

    private static ValueGetter<VBuffer<T>> BySlot<T>(ValueGetter<VBuffer<T>> getter, T[] replacements)
        where T : struct, IFloatingPointIeee754<T>
    {
        VBuffer<T> source = default;
        return (ref VBuffer<T> destination) =>
        {
            getter(ref source);
            if (source.Length != replacements.Length)
            {
                throw new InvalidOperationException(
                    $"Expected {replacements.Length} slots, but the input has {source.Length}.");
            }

            source.CopyTo(ref destination);
            VBufferEditor<T> editor = VBufferEditor.CreateFromBuffer(ref destination);
            for (int i = 0; i < editor.Values.Length; i++)
            {
                if (T.IsNaN(editor.Values[i]))
                    editor.Values[i] = replacements[source.IsDense ? i : editor.Indices[i]];
            }

            destination = editor.Commit();
        };
    }
}
