namespace Microsoft.ML.Data;

/// <summary>Shows some of the input columns, by index and in a given order.</summary>
internal sealed class SelectingMapper : IRowToRowMapper
{
    private readonly int[] _sources;

    public SelectingMapper(DataViewSchema inputSchema, int[] sources)
    {
        _sources = sources;
        InputSchema = inputSchema;
        DataViewSchema.Builder builder = new();
        builder.AddColumns(sources.Select(i => inputSchema[i]));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => dependingColumns.Select(c => InputSchema[_sources[c.Index]]).DistinctBy(c => c.Index).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        => new Row(this, input, activeColumns.Select(c => c.Index).ToHashSet());

    private sealed class Row(SelectingMapper mapper, DataViewRow input, HashSet<int> active) : WrappingRow(input)
    {
        public override DataViewSchema Schema => mapper.OutputSchema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Getters.CheckActive(IsColumnActive(column), column);
            return Input.GetGetter<TValue>(mapper.InputSchema[mapper._sources[column.Index]]);
        }
    }
}
