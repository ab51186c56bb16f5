using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Learners;

/// <summary>The rows of a table on which a task is observed, as a view that a single-label trainer reads.</summary>
/// <param name="table">The table.</param>
/// <param name="task">Number of the task.</param>
/// <param name="rows">Rows on which it is observed.</param>
/// <param name="schema">The columns.</param>
/// <param name="cancellationToken">Looked at every row.</param>
internal sealed class SingleTaskView(TaskTable table, int task, int[] rows, SingleTaskSchema schema,
    CancellationToken cancellationToken) : IDataView
{
    /// <summary>Whether anybody has asked for the weights.</summary>
    public bool WeightsWereRead { get; private set; }

    public DataViewSchema Schema => schema.Columns;

    public bool CanShuffle => true;

    public long? GetRowCount() => rows.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
            active[column.Index] = true;
        if (Schema.GetColumnOrNull(SingleTaskSchema.Weight) is { } weight)
            WeightsWereRead |= active[weight.Index];
        int[] order = rows;
        if (rand is not null)
        {
            order = [.. rows];
            rand.Shuffle(order);
        }
        return new Cursor(this, order, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n,
        Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(SingleTaskView view, int[] order, bool[] active) : DataViewRowCursor, ISingleTaskRow
    {
        private readonly TaskTable _table = view.Table;
        private long _position = -1;

        public ReadOnlySpan<float> Features => _table.FeatureRow(order[_position]);

        public float Label => _table.Label(order[_position], view.Task);

        public float Weight => _table.Weight(order[_position], view.Task);

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            view.CancellationToken.ThrowIfCancellationRequested();
            if (_position + 1 < order.Length)
            {
                _position++;
                return true;
            }
            _position = -1;
            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            view.Columns.Getter<TValue>(column, this);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
            id = new DataViewRowId((ulong)order[_position], 0);
    }

    private TaskTable Table => table;

    private int Task => task;

    private SingleTaskSchema Columns => schema;

    private CancellationToken CancellationToken => cancellationToken;
}
