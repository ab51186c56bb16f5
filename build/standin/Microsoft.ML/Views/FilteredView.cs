namespace Microsoft.ML.Data;

/// <summary>What becomes of a row; after <see cref="Stop"/> no row is read.</summary>
internal enum RowFate
{
    Keep,
    Drop,
    Stop,
}

/// <summary>
/// The rows of a view that pass a filter. The filter is made anew for each cursor and sees every row of the source
/// once, in order; it may read <paramref name="filterColumns"/>.
/// </summary>
internal sealed class FilteredView(
    IDataView source,
    DataViewSchema.Column[] filterColumns,
    Func<DataViewRow, Func<RowFate>> createFilter,
    bool canShuffle = true,
    Func<long, long> countRows = null) : IDataView
{
    public bool CanShuffle => canShuffle && source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount()
        => countRows != null && source.GetRowCount() is { } count ? countRows(count) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] columns = columnsNeeded.ToArray();
        DataViewRowCursor input = source.GetRowCursor(
            columns.Concat(filterColumns).DistinctBy(c => c.Index), CanShuffle ? rand : null);
        return new Cursor(input, columns, createFilter(input));
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema.Column[] columns, Func<RowFate> filter)
        : RootCursor(input.Schema, columns)
    {
        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override bool MoveNextCore()
        {
            while (input.MoveNext())
            {
                RowFate fate = filter();
                if (fate != RowFate.Drop)
                    return fate == RowFate.Keep;
            }

            return false;
        }

        protected override Delegate GetGetterCore(int column) => Getters.Of(input, Schema[column]);

        protected override void DisposeCore() => input.Dispose();
    }
}
