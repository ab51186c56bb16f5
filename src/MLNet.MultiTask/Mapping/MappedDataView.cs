using Microsoft.ML;

namespace MLNet.MultiTask.Mapping;

/// <summary>A view with added columns, computed row by row when a cursor asks for them.</summary>
internal sealed class MappedDataView(IDataView input, RowMapper mapper) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Map(input.GetRowCursor(mapper.GetDependencies(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n,
        Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapper.GetDependencies(needed), n, rand)
            .Select(cursor => Map(cursor, needed))];
    }

    // A cursor that cannot be mapped must not stay open.
    private DataViewRowCursor Map(DataViewRowCursor cursor, DataViewSchema.Column[] needed)
    {
        try
        {
            return mapper.GetCursor(cursor, needed);
        }
        catch
        {
            cursor.Dispose();
            throw;
        }
    }
}
