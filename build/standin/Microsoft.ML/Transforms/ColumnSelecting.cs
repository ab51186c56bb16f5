using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(string[] names, bool keep, bool keepHidden)
        : base(new ColumnSelectingTransformer(names, keep, keepHidden))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        string[] missing = Transformer.Names.Where(n => !inputSchema.TryFindColumn(n, out _)).ToArray();
        if (missing.Length > 0)
            throw ColumnSelectingTransformer.NotFound(missing);
        return new SchemaShape(Transformer.Keep
            ? Transformer.Names.Select(n => inputSchema.Find(n, "input"))
            : inputSchema.Where(c => !Transformer.Names.Contains(c.Name)));
    }
}

public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string Loader = "SelectColumnsTransform";

    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] names, bool keep, bool keepHidden)
    {
        if (names == null || names.Length == 0)
        {
            throw new InvalidOperationException(
                "Neither keepColumns and dropColumns is set. Exactly one must be specified.");
        }

        Names = names;
        Keep = keep;
        _keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The columns to keep, in this order, or those to drop.</summary>
    internal string[] Names { get; }

    internal bool Keep { get; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, Bind(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loader);
        writer.WriteNames(Names);
        writer.Write(Keep);
        writer.Write(_keepHidden);
    }

    internal static ITransformer Load(ModelLoadContext ctx)
        => new ColumnSelectingTransformer(ctx.Reader.ReadNames(), ctx.Reader.ReadBoolean(), ctx.Reader.ReadBoolean());

    internal static ArgumentOutOfRangeException NotFound(IEnumerable<string> missing)
        => new("inputSchema", $"Could not find input column '{string.Join(',', missing)}'");

    private SelectingMapper Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        string[] missing = Names.Where(n => schema.GetColumnOrNull(n) == null).ToArray();
        if (missing.Length > 0)
            throw NotFound(missing);
        IEnumerable<DataViewSchema.Column> selected = Keep
            ? Names.SelectMany(name => schema.Where(c => c.Name == name && (_keepHidden || !c.IsHidden)))
            : schema.Where(c => !Names.Contains(c.Name));
        return new SelectingMapper(schema, selected.Select(c => c.Index).ToArray());
    }
}
