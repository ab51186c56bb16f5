namespace Microsoft.ML.Data;

/// <summary>A view seen through a mapper: nothing is computed before a cursor asks for it.</summary>
internal sealed class MappedView(IDataView source, IRowToRowMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => Map(source.GetRowCursor(mapper.GetDependencies(columnsNeeded), rand), columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => source.GetRowCursorSet(mapper.GetDependencies(columnsNeeded), n, rand)
            .Select(cursor => Map(cursor, columnsNeeded)).ToArray();

    private MappedCursor Map(DataViewRowCursor cursor, IEnumerable<DataViewSchema.Column> columnsNeeded)
        => new(cursor, mapper.GetRow(cursor, columnsNeeded));
}
