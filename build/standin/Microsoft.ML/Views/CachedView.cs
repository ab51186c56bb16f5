namespace Microsoft.ML.Data;

/// <summary>Keeps columns in memory once somebody has asked for them; each is read from the source only once.</summary>
internal sealed class CachedView(IDataView source) : IDataView
{
    private const int BlockRows = 64;

    private readonly ColumnStore[] _stores = new ColumnStore[source.Schema.Count];
    private readonly Lock _lock = new();
    private int? _rowCount;

    public bool CanShuffle => true;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => _rowCount ?? source.GetRowCount();

    public void Fill(IEnumerable<DataViewSchema.Column> columns)
    {
        lock (_lock)
        {
            DataViewSchema.Column[] missing = columns.Where(c => _stores[c.Index] == null).ToArray();
            if (missing.Length > 0 || _rowCount == null)
                Read(missing);
        }
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => GetRowCursorSet(columnsNeeded, 1, rand)[0];

    /// <summary>Cursors that take the blocks of 64 rows in turn; the batch is the block.</summary>
    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] columns = columnsNeeded.ToArray();
        Fill(columns);
        int[] order = Enumerable.Range(0, _rowCount.Value).ToArray();
        rand?.Shuffle(order);
        n = Math.Max(n, 1);
        return Enumerable.Range(0, n).Select(i => (DataViewRowCursor)new Cursor(this, columns, order, i, n)).ToArray();
    }

    private void Read(DataViewSchema.Column[] columns)
    {
        ColumnStore[] stores = columns.Select(c => ColumnStore.Create(c.Type)).ToArray();
        using DataViewRowCursor cursor = source.GetRowCursor(columns);
        Action<int>[] writers = columns.Select((c, i) => stores[i].CreateWriter(cursor, c)).ToArray();
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            foreach (Action<int> writer in writers)
                writer(count);
        }

        if (_rowCount is { } known && known != count)
            throw new InvalidOperationException("Inconsistent number of rows from input data view detected.");
        _rowCount = count;
        for (int i = 0; i < columns.Length; i++)
            _stores[columns[i].Index] = stores[i];
    }

    private sealed class Cursor(CachedView view, DataViewSchema.Column[] columns, int[] order, int part, int parts)
        : RootCursor(view.Schema, columns)
    {
        private int _index = -1;

        public override long Batch => _index < 0 ? 0 : _index / BlockRows;

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Slot(), 0);

        protected override bool MoveNextCore()
        {
            _index = _index < 0 ? part * BlockRows : _index + 1;
            if (_index / BlockRows % parts != part)
                _index += BlockRows * (parts - 1);
            return _index < order.Length;
        }

        protected override Delegate GetGetterCore(int column) => view._stores[column].CreateGetter(Slot);

        private int Slot()
        {
            CheckOnRow();
            return order[_index];
        }
    }
}
