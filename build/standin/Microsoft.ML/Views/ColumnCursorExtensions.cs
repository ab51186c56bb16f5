namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
        => data.GetColumn<T>(InputColumns.Find(data.Schema, columnName, "input"));

    /// <summary>
    /// The values of one column, converted to strings and arrays where <typeparamref name="T"/> is one.
    /// </summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Cell<T>));
        definition[0].ColumnName = column.Name;
        definition[0].ColumnType = column.Type;
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        Action<Cell<T>> fill = new ObjectReader<Cell<T>>(data.Schema, false, definition).CreateFill(cursor);
        while (cursor.MoveNext())
        {
            Cell<T> cell = new();
            fill(cell);
            yield return cell.Value;
        }
    }

    internal sealed class Cell<T>
    {
        public T Value { get; set; }
    }
}
