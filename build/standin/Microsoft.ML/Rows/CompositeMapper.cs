namespace Microsoft.ML.Data;

/// <summary>Mappers one after the other, each over the output of the one before.</summary>
internal sealed class CompositeMapper(DataViewSchema inputSchema, IReadOnlyList<IRowToRowMapper> mappers)
    : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = mappers.Count == 0 ? inputSchema : mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != inputSchema)
            throw new ArgumentOutOfRangeException(nameof(input), "Schema did not match original schema");
        IEnumerable<DataViewSchema.Column>[] needed = new IEnumerable<DataViewSchema.Column>[mappers.Count];
        for (int i = mappers.Count - 1; i >= 0; i--)
            needed[i] = i == mappers.Count - 1 ? activeColumns : mappers[i + 1].GetDependencies(needed[i + 1]);
        DataViewRow row = input;
        for (int i = 0; i < mappers.Count; i++)
            row = mappers[i].GetRow(row, needed[i]);
        return row;
    }
}
