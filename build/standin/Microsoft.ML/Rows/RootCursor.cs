namespace Microsoft.ML.Data;

/// <summary>A cursor over data of its own, whose columns have prepared getters.</summary>
internal abstract class RootCursor : DataViewRowCursor
{
    private readonly bool[] _active;
    private long _position = -1;
    private bool _finished;
    private bool _disposed;

    protected RootCursor(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        Schema = schema;
        _active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
            _active[column.Index] = true;
    }

    public sealed override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public sealed override bool MoveNext()
    {
        if (!_finished && MoveNextCore())
        {
            _position++;
            return true;
        }

        _finished = true;
        _position = -1;
        return false;
    }

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        CheckOnRow();
        id = new DataViewRowId((ulong)_position, 0);
    };

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.CheckActive(IsColumnActive(column), column);
        return Getters.Cast<TValue>(GetGetterCore(column.Index), column);
    }

    protected abstract bool MoveNextCore();

    /// <summary>Called once, however often the cursor is disposed.</summary>
    protected virtual void DisposeCore()
    {
    }

    protected sealed override void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        DisposeCore();
    }

    protected abstract Delegate GetGetterCore(int column);

    protected bool IsActive(int column) => _active[column];

    protected void CheckOnRow()
    {
        if (_position < 0)
            throw new InvalidOperationException("Cannot use getter with cursor in this state");
    }
}
