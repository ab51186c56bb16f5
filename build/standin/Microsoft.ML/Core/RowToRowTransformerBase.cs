namespace Microsoft.ML.Data;

public abstract class RowToRowTransformerBase : ITransformer
{
    private protected RowToRowTransformerBase()
    {
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, Bind(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);

    private protected abstract NewColumns MakeColumns(DataViewSchema input);

    private protected abstract void Save(ModelSaveContext ctx);

    private AppendingMapper Bind(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new AppendingMapper(inputSchema, MakeColumns(inputSchema));
    }
}

/// <summary>A transformer of pairs of columns: each output from one input, each by itself.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(IReadOnlyList<InputOutputColumnPair> columns) => Columns = columns;

    private protected IReadOnlyList<InputOutputColumnPair> Columns { get; }

    /// <summary>The new column made of <paramref name="source"/>, the input of pair <paramref name="index"/>.</summary>
    private protected abstract NewColumn MakeColumn(int index, string name, DataViewSchema.Column source);

    private protected sealed override NewColumns MakeColumns(DataViewSchema input)
        => new IndependentColumns(Columns.Select((pair, i) => MakeColumn(
            i, pair.OutputColumnName, InputColumns.Find(input, pair.InputColumnName, "source"))).ToArray());
}
