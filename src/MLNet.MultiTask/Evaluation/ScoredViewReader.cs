using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Evaluation;

/// <summary>Holds the scored columns of a view against its labels.</summary>
internal static class ScoredViewReader
{
    /// <summary>Reads labels, weights and scores in one pass and measures.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of a wrong type (ML.NET's sentences).
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A score of an observed label is not finite (task and row are named).
    /// </exception>
    public static MultiTaskMetrics Evaluate(IDataView data, IReadOnlyList<TaskColumn> columns,
        ConstantPredictor? reference)
    {
        SchemaShape shape = SchemaShapes.Of(data);
        foreach (TaskColumn column in columns)
            TaskSchema.CheckLabels(shape, column);
        DataViewSchema.Column[] scoreColumns = [.. columns.Select(c => ScoreColumn(data.Schema, c, columns.Count))];
        using DataViewRowCursor cursor =
            data.GetRowCursor([.. scoreColumns, .. columns.SelectMany(c => LabelLayout.ColumnsOf(data.Schema, c))]);
        var labels = new LabelReader(cursor, columns);
        NumberReader[] readers = [.. scoreColumns.Select(c => NumberReader.Open(cursor, c))];
        int[] sizes = [.. scoreColumns.Select(SizeOf)];
        var scores = new FloatRows(sizes.Sum());
        while (cursor.MoveNext())
        {
            labels.ReadRow();
            Span<float> row = scores.Add();
            for (int c = 0; c < readers.Length; c++)
            {
                readers[c].Read(row[..sizes[c]]);
                row = row[sizes[c]..];
            }
        }
        (TaskLayout layout, float[] y, float[]? weights, int[]? taskOfRow) = labels.Finish();
        for (int b = 0; b < layout.Blocks.Count; b++)
            ThrowUnlessFits(layout.Blocks[b], scoreColumns[b]);
        float[] all = taskOfRow is null ? scores.ToArray() : Spread(scores.ToArray(), taskOfRow, layout.Tasks, y);
        return MultiTaskMetrics.Evaluate(layout.Tasks, all, y, weights, reference);
    }

    private static DataViewSchema.Column ScoreColumn(DataViewSchema schema, TaskColumn task, int blocks)
    {
        bool vector = schema.Find("label", task.LabelColumnName).Type is VectorDataViewType;
        TaskForm form = task.TaskIdColumnName is not null ? TaskForm.Indexed : vector ? TaskForm.Vector
            : TaskForm.Scalar;
        string kind = task.Kind == TaskKind.Binary ? nameof(ScoredValue.Probability) : nameof(ScoredValue.Score);
        return schema.Find(kind.ToLowerInvariant(), TaskLayout.ColumnName(kind, task.Name, form, blocks));
    }

    private static int SizeOf(DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType item } vector
            when item == NumberDataViewType.Single => vector.Size,
        NumberDataViewType type when type == NumberDataViewType.Single => 1,
        _ => throw SchemaErrors.Mismatch("score", column.Name, "Single or Vector<Single> of known size",
            $"{column.Type}"),
    };

    private static void ThrowUnlessFits(TaskBlock block, DataViewSchema.Column column)
    {
        int expected = (block.Form == TaskForm.Vector ? block.Count : 1) * (block.Classes?.Texts.Count ?? 1);
        if (SizeOf(column) != expected)
            throw SchemaErrors.Mismatch("score", column.Name, $"{expected} scores for the labels' tasks and classes",
                $"{column.Type}");
    }

    // The scores of a row are those of its own task. A task that the model did not know has no score: its cells count
    // as not observed.
    private static float[] Spread(float[] scores, int[] taskOfRow, IReadOnlyList<TaskInfo> tasks, float[] labels)
    {
        int size = tasks[0].OutputCount, width = tasks.Count * size;
        var spread = new float[taskOfRow.Length * width];
        for (int row = 0; row < taskOfRow.Length; row++)
        {
            ReadOnlySpan<float> own = scores.AsSpan(row * size, size);
            own.CopyTo(spread.AsSpan(row * width + taskOfRow[row] * size));
            if (float.IsNaN(own[0]))
                labels[row * tasks.Count + taskOfRow[row]] = float.NaN;
        }
        return spread;
    }
}
