using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Reads an <see cref="IDataView"/> once, in one cursor pass, into a <see cref="TaskTable"/>; after that nothing
/// touches ML.NET. Memory is about 4·n·(d + T) bytes for n rows, d features and T tasks, twice the labels' part where
/// there are weights; of rows of which few features are not 0, about 8 bytes for each of those in place of 4·d.
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
        IReadOnlyList<TaskColumn> columns) => Read(data, featureColumnName, columns, null, out _);

    /// <summary>The same, and a key per row where a column has them.</summary>
    public static (TaskTable Table, TaskLayout Layout) Read(IDataView data, string featureColumnName,
        IReadOnlyList<TaskColumn> columns, string? keyColumnName, out ulong[]? rowKeys,
        bool allowMissingFeatures = false)
    {
        DataViewSchema.Column[] keyColumn =
            keyColumnName is null ? [] : [RowKeyReader.Find(data.Schema, keyColumnName)];
        DataViewSchema.Column featureColumn = data.Schema.Find("feature", featureColumnName);
        int featureCount = ((VectorDataViewType)featureColumn.Type).Size;
        var features = new FeatureMatrixBuilder(featureCount);
        using DataViewRowCursor cursor =
            data.GetRowCursor([featureColumn, .. columns.SelectMany(c => LabelLayout.ColumnsOf(data.Schema, c)),
                .. keyColumn]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(featureColumn);
        var labels = new LabelReader(cursor, columns);
        RowKeyReader? keys = keyColumn.Length == 0 ? null : new RowKeyReader(cursor, keyColumn[0]);
        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            getter(ref buffer);
            if (buffer.Length != featureCount)
                throw new ArgumentException($"Row {features.RowCount} of column '{featureColumnName}' has " +
                    $"{Counted.Of(buffer.Length, "feature")}, {featureCount} expected", nameof(data));
            ThrowIfNotFinite(featureColumn, buffer, features.RowCount, allowMissingFeatures);
            if (buffer.IsDense)
                features.Add(buffer.GetValues());
            else
                features.Add(buffer.GetIndices(), buffer.GetValues());
            labels.ReadRow();
            keys?.ReadRow();
        }
        if (features.RowCount == 0)
            throw new ArgumentException("The data has no rows", nameof(data));
        rowKeys = keys?.Keys;
        (TaskLayout layout, float[] y, float[]? weights, _) = labels.Finish();
        if (weights is not null)
            ThrowIfWeightless(layout, columns, y, weights);
        var table = new TaskTable(features.Build(), layout.Tasks, y, weights, allowMissingFeatures)
        {
            FeatureNames = SlotNames.Of(featureColumn),
        };
        return (table, layout);
    }

    // The labels are there; it would be untrue to say that none is observed.
    private static void ThrowIfWeightless(TaskLayout layout, IReadOnlyList<TaskColumn> columns, float[] labels,
        float[] weights)
    {
        List<string> weightless = [];
        for (int t = 0; t < layout.Tasks.Count; t++)
        {
            bool labelled = false, counts = false;
            for (int cell = t; cell < labels.Length; cell += layout.Tasks.Count)
                if (!float.IsNaN(labels[cell]))
                    (labelled, counts) = (true, counts || weights[cell] != 0);
            if (labelled && !counts)
                weightless.Add($"'{layout.Tasks[t].Name}' (column " +
                    $"'{columns[layout.BlockOf(t)].ExampleWeightColumnName}')");
        }
        if (weightless.Count > 0)
            throw new ArgumentException($"Every label has weight 0 of task {string.Join(", ", weightless)}; give a " +
                "positive weight to the rows that count, or leave the weight column out");
    }

    private static void ThrowIfNotFinite(DataViewSchema.Column column, in VBuffer<float> features, int row,
        bool allowMissing)
    {
        ReadOnlySpan<float> values = features.GetValues();
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]) && !(allowMissing && float.IsNaN(values[i])))
            {
                int slot = features.IsDense ? i : features.GetIndices()[i];
                throw new ArgumentException($"Slot {slot}{SlotName(column, slot)} of feature column '{column.Name}' " +
                    $"is {values[i]} in row {row}; " +
                    "features must be finite (replace missing values first)", nameof(features));
            }
    }

    private static string SlotName(DataViewSchema.Column column, int slot) =>
        SlotNames.Of(column) is { } names && names[slot].Length > 0 ? $" ('{names[slot]}')" : "";
}
