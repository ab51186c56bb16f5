using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;

    internal ColumnCopyingEstimator(InputOutputColumnPair[] columns)
        : base(new ColumnCopyingTransformer(columns))
        => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Find(pair.InputColumnName, "input");
            return new SchemaShape.Column(
                pair.OutputColumnName, source.Kind, source.ItemType, source.IsKey, source.Annotations);
        }));
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "CopyTransform";

    internal ColumnCopyingTransformer(InputOutputColumnPair[] columns)
        : base(columns)
    {
    }

    internal static ITransformer Load(ModelLoadContext ctx) => new ColumnCopyingTransformer(ctx.Reader.ReadPairs());

    private protected override void Save(ModelSaveContext ctx) => ctx.Begin(Loader).WritePairs(Columns);

    private protected override NewColumn MakeColumn(int index, string name, DataViewSchema.Column source)
        => new(name, source.Type, source.Annotations, [source.Index], row => Getters.Of(row, row.Schema[source.Index]));
}
