using System.Collections.Immutable;

namespace Microsoft.ML.Data;

public sealed class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(maxRows);
        Schema = data.Schema;
        List<object[]> rows = Read(data, maxRows);
        RowView = rows.Select(row => new RowInfo(Schema, row)).ToImmutableArray();
        ColumnView = Schema.Select(c => new ColumnInfo(c, rows.Select(r => r[c.Index]).ToArray())).ToImmutableArray();
    }

    public DataViewSchema Schema { get; }

    public ImmutableArray<ColumnInfo> ColumnView { get; }

    public ImmutableArray<RowInfo> RowView { get; }

    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    private static List<object[]> Read(IDataView data, int maxRows)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        Func<object>[] readers = data.Schema.Select(c => (Func<object>)Generic.Call(
            typeof(DataDebuggerPreview), nameof(Reader), [c.Type.RawType], cursor, c)).ToArray();
        List<object[]> rows = [];
        while (rows.Count < maxRows && cursor.MoveNext())
            rows.Add(readers.Select(reader => reader()).ToArray());
        return rows;
    }

    private static Func<object> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return value;
        };
    }

    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        public DataViewSchema.Column Column { get; }

        public object[] Values { get; }

        public override string ToString() => $"{Column.Name}: {Column.Type}";
    }

    public sealed class RowInfo
    {
        internal RowInfo(DataViewSchema schema, object[] values)
            => Values = schema.Select(c => KeyValuePair.Create(c.Name, values[c.Index])).ToArray();

        public KeyValuePair<string, object>[] Values { get; }

        public override string ToString() => $"{Values.Length} columns";
    }
}
