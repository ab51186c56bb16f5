using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Fitting;

/// <summary>
/// A view that goes on, one row every now and then, until it is stopped: whatever is fitted on it looks at its context
/// at every row.
/// </summary>
internal sealed class HeartbeatView(TimeSpan interval) : IDataView, IDisposable
{
    private readonly ManualResetEventSlim _begun = new(), _stopped = new();

    public DataViewSchema Schema { get; } = OneNumber();

    /// <summary>Time between two rows.</summary>
    public TimeSpan Interval { get; } = interval;

    public bool CanShuffle => false;

    /// <summary>Waits until the first row is asked for.</summary>
    public void WaitForFirstRow(CancellationToken token) => _begun.Wait(token);

    /// <summary>Ends the view.</summary>
    public void Stop() => _stopped.Set();

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n,
        Random? rand = null) => [new Cursor(this)];

    public void Dispose()
    {
        _begun.Dispose();
        _stopped.Dispose();
    }

    private static DataViewSchema OneNumber()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(ContextWatch.Column, NumberDataViewType.Single);
        return builder.ToSchema();
    }

    private sealed class Cursor(HeartbeatView view) : DataViewRowCursor
    {
        private long _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            view._begun.Set();
            if (view._stopped.Wait(_position < 0 ? TimeSpan.Zero : view.Interval) && _position >= 0)
                return false;
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)(Delegate)(ValueGetter<float>)((ref float value) => value = 1);

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
    }
}
