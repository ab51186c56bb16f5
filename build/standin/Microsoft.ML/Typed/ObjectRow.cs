namespace Microsoft.ML.Data;

/// <summary>An object of a user's class as a row; every new object is a new position.</summary>
internal sealed class ObjectRow<TRow>(Member<TRow>[] members) : DataViewRow
{
    private long _position = -1;
    private TRow _current;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema { get; } = ObjectRow.SchemaOf(members);

    public void Show(TRow row)
    {
        _current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter()
        => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => Getters.Cast<TValue>(members[column.Index].CreateGetter(() => _current), column);
}

internal static class ObjectRow
{
    public static DataViewSchema SchemaOf<TRow>(Member<TRow>[] members)
    {
        DataViewSchema.Builder builder = new();
        foreach (MemberBinding binding in members.Select(m => m.Binding))
            builder.AddColumn(binding.ColumnName, binding.ColumnType, binding.Annotations);
        return builder.ToSchema();
    }
}
