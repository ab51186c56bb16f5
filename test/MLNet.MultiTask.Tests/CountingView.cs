using Microsoft.ML;

namespace MLNet.MultiTask.Tests;

/// <summary>
/// A view that counts the cursors that are opened on it and the rows that are read, and notes the columns asked for.
/// </summary>
internal sealed class CountingView(IDataView source) : IDataView
{
    public int Cursors { get; private set; }

    public int Rows { get; private set; }

    public int Disposals { get; private set; }

    public List<string> Columns { get; } = [];

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = columnsNeeded.ToArray();
        Cursors++;
        Columns.AddRange(columns.Select(c => c.Name));
        return new Cursor(this, source.GetRowCursor(columns, rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(CountingView view, DataViewRowCursor cursor) : DataViewRowCursor
    {
        public override long Position => cursor.Position;

        public override long Batch => cursor.Batch;

        public override DataViewSchema Schema => cursor.Schema;

        public override ValueGetter<Microsoft.ML.Data.DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => cursor.GetGetter<TValue>(column);

        public override bool MoveNext()
        {
            bool moved = cursor.MoveNext();
            view.Rows += moved ? 1 : 0;
            return moved;
        }

        protected override void Dispose(bool disposing)
        {
            view.Disposals++;
            cursor.Dispose();
            base.Dispose(disposing);
        }
    }
}
