namespace Microsoft.ML.Data;

/// <summary>A mapper that keeps the input columns at their indices and puts the new ones after them.</summary>
internal sealed class AppendingMapper : IRowToRowMapper
{
    private readonly NewColumns _added;

    public AppendingMapper(DataViewSchema inputSchema, NewColumns added)
    {
        _added = added;
        InputSchema = inputSchema;
        DataViewSchema.Builder builder = new();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added.Columns);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => dependingColumns
            .SelectMany(c => c.Index < InputSchema.Count ? [c.Index] : _added.InputsOf(c.Index - InputSchema.Count))
            .Distinct().Order().Select(i => InputSchema[i]).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != InputSchema)
            throw new ArgumentOutOfRangeException(
                nameof(input), "Schema of input row must be the same as the schema the mapper is bound to");
        bool[] active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in activeColumns)
            active[column.Index] = true;
        return new Row(this, input, active);
    }

    private sealed class Row(AppendingMapper mapper, DataViewRow input, bool[] active) : WrappingRow(input)
    {
        private readonly int _inputCount = mapper.InputSchema.Count;
        private readonly Delegate[] _getters = mapper._added.CreateGetters(input, active[mapper.InputSchema.Count..]);

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Getters.CheckActive(IsColumnActive(column), column);
            return column.Index < _inputCount
                ? Input.GetGetter<TValue>(mapper.InputSchema[column.Index])
                : Getters.Cast<TValue>(_getters[column.Index - _inputCount], column);
        }
    }
}
