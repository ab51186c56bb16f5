using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "Normalizer";

    private readonly NormalizerFunction[] _functions;

    internal NormalizingTransformer(InputOutputColumnPair[] columns, NormalizerFunction[] functions)
        : base(columns)
        => _functions = functions;

    internal static ITransformer Load(ModelLoadContext ctx)
    {
        InputOutputColumnPair[] columns = ctx.Reader.ReadPairs();
        return new NormalizingTransformer(columns, columns.Select(_ => NormalizerFunction.Load(ctx.Reader)).ToArray());
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loader);
        writer.WritePairs(Columns);
        foreach (NormalizerFunction function in _functions)
            function.Save(writer);
    }

    private protected override NewColumn MakeColumn(int index, string name, DataViewSchema.Column source)
    {
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        annotations.Add(source.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new NewColumn(name, source.Type, annotations.ToAnnotations(), [source.Index],
            row => _functions[index].CreateGetter(row, row.Schema[source.Index]));
    }
}
