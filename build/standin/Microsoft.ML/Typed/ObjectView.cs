namespace Microsoft.ML.Data;

/// <summary>
/// Objects of a user's class as a view. A list can be counted and shuffled, another sequence is only streamed.
/// </summary>
internal sealed class ObjectView<TRow>(IEnumerable<TRow> rows, SchemaDefinition definition) : IDataView
    where TRow : class
{
    private readonly Member<TRow>[] _members = Member<TRow>.All(definition, SchemaDefinition.Direction.Read);
    private DataViewSchema _schema;

    public bool CanShuffle => rows is IList<TRow>;

    public DataViewSchema Schema => _schema ??= ObjectRow.SchemaOf(_members);

    public long? GetRowCount() => (rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(this, columnsNeeded, Ordered(rand).GetEnumerator());

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private IEnumerable<TRow> Ordered(Random rand)
    {
        if (rand == null || rows is not IList<TRow> list)
            return rows;
        int[] order = Enumerable.Range(0, list.Count).ToArray();
        rand.Shuffle(order);
        return order.Select(i => list[i]);
    }

    private sealed class Cursor(
        ObjectView<TRow> view, IEnumerable<DataViewSchema.Column> columnsNeeded, IEnumerator<TRow> rows)
        : RootCursor(view.Schema, columnsNeeded)
    {
        protected override bool MoveNextCore() => rows.MoveNext();

        protected override Delegate GetGetterCore(int column) => view._members[column].CreateGetter(Current);

        protected override void DisposeCore() => rows.Dispose();

        private TRow Current()
        {
            CheckOnRow();
            return rows.Current;
        }
    }
}
