using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask.Evaluation;

/// <summary>Holds the scored columns of a view against its labels.</summary>
internal static class ScoredViewReader
{
    /// <summary>Reads labels, weights and scores in one pass and measures.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of a wrong type (ML.NET's sentences).
    /// </exception>
    public static MultiTaskMetrics Evaluate(IDataView data, IReadOnlyList<TaskColumn> columns,
        ConstantPredictor? reference)
    {
        SchemaErrors.ThrowIfAnyIsMissing(columns.SelectMany(TaskSchema.Columns),
            name => data.Schema.GetColumnOrNull(name) is not null);
        SchemaShape shape = SchemaShapes.Of(data);
        foreach (TaskColumn column in columns)
            TaskSchema.CheckLabels(shape, column);
        DataViewSchema.Column[] scoreColumns = [.. columns.Select(c => ScoreColumn(data.Schema, c, columns.Count))];
        DataViewSchema.Column?[] labelColumns =
            [.. columns.Select(c => PredictedColumn(data.Schema, c, columns.Count))];
        using DataViewRowCursor cursor =
            data.GetRowCursor([.. scoreColumns, .. labelColumns.OfType<DataViewSchema.Column>(),
                .. columns.SelectMany(c => LabelLayout.ColumnsOf(data.Schema, c))]);
        var labels = new LabelReader(cursor, columns);
        NumberReader[] readers = [.. scoreColumns.Select(c => NumberReader.Open(cursor, c))];
        NumberReader?[] predicted = [.. labelColumns.Select(c => c is { } own ? NumberReader.Open(cursor, own) : null)];
        int[] sizes = [.. scoreColumns.Select(SizeOf)];
        NumberRows scores = new(sizes.Sum()), decisions = new(sizes.Sum());
        while (cursor.MoveNext())
        {
            labels.ReadRow();
            Span<double> row = scores.Add(), decided = decisions.Add();
            for (int c = 0; c < readers.Length; c++)
            {
                readers[c].Read(row[..sizes[c]]);
                predicted[c]?.Read(decided[..sizes[c]]);
                row = row[sizes[c]..];
                decided = decided[sizes[c]..];
            }
        }
        KeyValueTexts?[] known = [.. scoreColumns.Select(KnownClasses)];
        (TaskLayout layout, float[] y, float[]? weights, int[]? taskOfRow) =
            labels.Finish([.. known.Select(k => k?.Texts)]);
        for (int b = 0; b < layout.Blocks.Count; b++)
        {
            ThrowUnlessFits(layout.Blocks[b], scoreColumns[b]);
            TaskSchema.ThrowUnlessSameClasses(layout.Blocks[b].Classes, known[b], columns[b].LabelColumnName);
        }
        Centre(scores, layout, sizes, taskOfRow);
        SayTruths(decisions, layout, labelColumns, sizes);
        float[] all = taskOfRow is null ? scores.ToSingles() : Spread(scores.ToSingles(), taskOfRow, layout.Tasks, y);
        bool decides = layout.Tasks.Any(t => t.Kind == TaskKind.Binary) && labelColumns.Zip(columns)
            .All(c => c.First is not null || c.Second.Kind != TaskKind.Binary);
        return MultiTaskMetrics.Evaluate(layout.Tasks, all, y, weights, reference,
            decides ? Decisions(decisions.ToSingles(), layout, taskOfRow) : []);
    }

    // The model's own predicted labels, since a task may have a threshold of its own.
    private static DataViewSchema.Column? PredictedColumn(DataViewSchema schema, TaskColumn task, int blocks) =>
        task.Kind == TaskKind.Binary && schema.GetColumnOrNull(ColumnName(schema, task, blocks,
            nameof(ScoredValue.PredictedLabel))) is { } column
            && ((column.Type as VectorDataViewType)?.ItemType ?? column.Type)
                is BooleanDataViewType or KeyDataViewType { Count: 2 } ? column : null;

    // Predicted keys become 1 where they are the positive value of the labels' key, whatever their order.
    private static void SayTruths(NumberRows decisions, TaskLayout layout, DataViewSchema.Column?[] columns,
        int[] sizes)
    {
        for (int b = 0, first = 0; b < sizes.Length; first += sizes[b++])
        {
            if (layout.Blocks[b].LabelKey is not { } key || columns[b] is not { } column
                || KeyValueTexts.Find(column, "KeyValues") is not { } values)
                continue;
            int positive = values.Texts.ToList().IndexOf(key.Values.Texts[key.PositiveKey - 1]);
            for (int row = 0; row < decisions.Count; row++)
                foreach (ref double decision in decisions.Values.Slice(row * decisions.Width + first, sizes[b]))
                    decision = decision == positive ? 1 : 0;
        }
    }

    private static float[] Decisions(float[] outputs, TaskLayout layout, int[]? taskOfRow)
    {
        IReadOnlyList<TaskInfo> tasks = layout.Tasks;
        if (taskOfRow is not null)
            return [.. taskOfRow.SelectMany((_, row) => Enumerable.Repeat(outputs[row], tasks.Count))];
        int width = tasks.Sum(t => t.OutputCount);
        var decisions = new float[outputs.Length / width * tasks.Count];
        for (int t = 0, offset = 0; t < tasks.Count; offset += tasks[t++].OutputCount)
            for (int row = 0; row < decisions.Length / tasks.Count; row++)
                decisions[row * tasks.Count + t] = outputs[row * width + offset];
        return decisions;
    }

    private static DataViewSchema.Column ScoreColumn(DataViewSchema schema, TaskColumn task, int blocks)
    {
        string kind = task.Kind == TaskKind.Binary ? nameof(ScoredValue.Probability) : nameof(ScoredValue.Score);
        return schema.Find(kind.ToLowerInvariant(), ColumnName(schema, task, blocks, kind));
    }

    private static string ColumnName(DataViewSchema schema, TaskColumn task, int blocks, string kind)
    {
        bool vector = schema.Find("label", task.LabelColumnName).Type is VectorDataViewType;
        TaskForm form = task.TaskIdColumnName is not null ? TaskForm.Indexed : vector ? TaskForm.Vector
            : TaskForm.Scalar;
        return TaskLayout.ColumnName(kind, task.Name, form, blocks);
    }

    // Metrics are of labels less their offset, so that a large number in common costs no digits.
    private static void Centre(NumberRows scores, TaskLayout layout, int[] sizes, int[]? taskOfRow)
    {
        for (int b = 0, first = 0; b < sizes.Length; first += sizes[b++])
        {
            TaskInfo[] tasks = [.. layout.TasksOf(layout.Blocks[b])];
            if (tasks.All(t => t.Offset == 0))
                continue;
            for (int row = 0; row < scores.Count; row++)
                for (int i = 0; i < sizes[b]; i++)
                    scores.Values[row * scores.Width + first + i] -= tasks[taskOfRow?[row] ?? i].Offset;
        }
    }

    // The values of the classes that the scores are of.
    private static KeyValueTexts? KnownClasses(DataViewSchema.Column score) =>
        KeyValueTexts.Find(score, "TrainingLabelValues");

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
            throw SchemaErrors.Mismatch("score", column.Name, $"{Counted.Of(expected, "score")} for the labels' " +
                "tasks and classes",
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
