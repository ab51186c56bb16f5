using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Reads an <see cref="IDataView"/> once, in one cursor pass, into a <see cref="TaskTable"/>; after that nothing
/// touches ML.NET. Memory is about 4·n·(d + T) bytes for n rows, d features and T tasks, twice the labels' part where
/// there are weights.
/// </summary>
internal static class TaskTableReader
{
    /// <summary>
    /// Reads every row and says which task stands where; the schema is one that <see cref="TaskSchema"/> accepts.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// There is no row, or a cell is out of range (row and column or task are named).
    /// </exception>
    public static (TaskTable Table, TaskLayout Layout) Read(IDataView data, string featureColumnName,
        IReadOnlyList<TaskColumn> columns)
    {
        DataViewSchema.Column featureColumn = data.Schema.Find("feature", featureColumnName);
        int featureCount = ((VectorDataViewType)featureColumn.Type).Size;
        var features = new FloatRows(featureCount);
        using DataViewRowCursor cursor =
            data.GetRowCursor([featureColumn, .. columns.SelectMany(c => LabelLayout.ColumnsOf(data.Schema, c))]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(featureColumn);
        var labels = new LabelReader(cursor, columns);
        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            getter(ref buffer);
            Span<float> row = features.Add();
            if (buffer.Length != row.Length)
                throw new ArgumentException($"Row {features.Count - 1} of column '{featureColumnName}' has " +
                    $"{buffer.Length} features, {row.Length} expected", nameof(data));
            buffer.CopyTo(row);
            ThrowIfNotFinite(featureColumn, row, features.Count - 1);
            labels.ReadRow();
        }
        if (features.Count == 0)
            throw new ArgumentException("The data has no rows", nameof(data));
        (TaskLayout layout, float[] y, float[]? weights, _) = labels.Finish();
        return (new TaskTable(features.ToArray(), featureCount, layout.Tasks, y, weights), layout);
    }

    private static void ThrowIfNotFinite(DataViewSchema.Column column, ReadOnlySpan<float> features, int row)
    {
        for (int i = 0; i < features.Length; i++)
            if (!float.IsFinite(features[i]))
                throw new ArgumentException($"Slot {i}{SlotName(column, i)} of feature column '{column.Name}' is " +
                    $"{features[i]} in row {row}; " +
                    "features must be finite (replace missing values first)", nameof(features));
    }

    private static string SlotName(DataViewSchema.Column column, int slot) =>
        SlotNames.Of(column) is { } names && names[slot].Length > 0 ? $" ('{names[slot]}')" : "";
}
