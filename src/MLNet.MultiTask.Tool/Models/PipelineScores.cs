using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Models;

/// <summary>Scores all rows of a table with a pipeline.</summary>
internal static class PipelineScores
{
    /// <summary>The raw columns that a pipeline needs to predict, with their types.</summary>
    public static (string Name, DataViewType Type)[] ColumnsOf(RawPipeline pipeline)
    {
        DataViewSchema output = pipeline.Chain.GetOutputSchema(pipeline.InputSchema);
        (string, DataViewType)[] columns = [.. pipeline.Chain.GetRowToRowMapper(pipeline.InputSchema)
            .GetDependencies(pipeline.Tasks.Select(t => output[ColumnOf(t)])).OrderBy(c => c.Index)
            .Select(c => (c.Name, c.Type))];
        string[] other = [.. columns.Where(c => !CsvDataView.CanRead(c.Item2)).Select(c => $"'{c.Item1}' ({c.Item2})")];
        return other.Length == 0 ? columns : throw new InputException(
            $"The model needs columns of types that a CSV file does not have: {Some.Of(other)}.");
    }

    /// <summary>
    /// rows×outputs in task order: P(1) of a binary task, class probabilities, the target of a regression.
    /// </summary>
    public static float[] Score(RawPipeline pipeline, CsvTable csv, int threads, CancellationToken cancellationToken)
    {
        var columns = ColumnsOf(pipeline);
        ThrowIfNoNumber(csv, columns);
        int width = pipeline.Tasks.Sum(t => t.OutputCount);
        var scores = new float[(long)csv.RowCount * width];
        ForRanges(csv.RowCount, threads, rows =>
        {
            IDataView scored = pipeline.Chain.Transform(new CsvDataView(csv, columns, rows, cancellationToken));
            DataViewSchema.Column[] read = [.. pipeline.Tasks.Select(t => scored.Schema[ColumnOf(t)])];
            using DataViewRowCursor cursor = scored.GetRowCursor(read);
            List<Action<int>> getters = Getters(pipeline.Tasks, cursor, read, scores);
            for (int row = rows.Start.Value; cursor.MoveNext(); row++)
                foreach (Action<int> get in getters)
                    get(row * width);
        });
        return Checked(scores, csv, width);
    }

    /// <summary>
    /// The same with a regression less its task's offset, as the model has it: a large number that all targets have in
    /// common costs no digits.
    /// </summary>
    public static float[] ScoreLessOffsets(
        RawPipeline pipeline, CsvTable csv, int threads, CancellationToken cancellationToken)
    {
        if (pipeline.Predictor is not { } predictor || pipeline.Tasks.All(t => t.Offset == 0))
            return Score(pipeline, csv, threads, cancellationToken);
        var columns = ColumnsOf(pipeline);
        ThrowIfNoNumber(csv, columns);
        int width = predictor.Model.OutputCount;
        var scores = new float[(long)csv.RowCount * width];
        ForRanges(csv.RowCount, threads, rows =>
        {
            IDataView scored = pipeline.Chain.Transform(new CsvDataView(csv, columns, rows, cancellationToken));
            DataViewSchema.Column features = scored.Schema[predictor.FeatureColumnName];
            using DataViewRowCursor cursor = scored.GetRowCursor([features]);
            ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(features);
            VBuffer<float> buffer = default;
            var values = new float[predictor.Model.FeatureCount];
            for (int row = rows.Start.Value; cursor.MoveNext(); row++)
            {
                getter(ref buffer);
                buffer.CopyTo(values);
                predictor.Model.Score(values, 1, scores.AsSpan(row * width, width));
            }
        });
        return Checked(scores, csv, width);
    }

    private static void ForRanges(int rows, int threads, Action<Range> work)
    {
        int parts = Math.Clamp(threads, 1, Math.Max(1, rows / 256));
        Range Part(int i) => (int)((long)rows * i / parts)..(int)((long)rows * (i + 1) / parts);
        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, i => work(Part(i)));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static float[] Checked(float[] scores, CsvTable csv, int width)
    {
        int bad = Array.FindIndex(scores, s => !float.IsFinite(s));
        return bad < 0 ? scores : throw new InputException(
            $"{csv.FileName} line {csv.Line(bad / width)}: its numbers " +
            "are too far from those of the training to be scored.");
    }

    private static List<Action<int>> Getters(
        IReadOnlyList<TaskInfo> tasks, DataViewRow row, DataViewSchema.Column[] columns, float[] scores)
    {
        List<Action<int>> getters = [];
        for (int t = 0, first = 0; t < columns.Length; first += tasks[t++].OutputCount)
        {
            int place = first;
            if (columns[t].Type is VectorDataViewType)
            {
                ValueGetter<VBuffer<float>> vector = row.GetGetter<VBuffer<float>>(columns[t]);
                VBuffer<float> buffer = default;
                getters.Add(start =>
                {
                    vector(ref buffer);
                    buffer.CopyTo(scores.AsSpan(start + place, buffer.Length));
                });
            }
            else
            {
                ValueGetter<float> number = row.GetGetter<float>(columns[t]);
                getters.Add(start => number(ref scores[start + place]));
            }
        }
        return getters;
    }

    private static void ThrowIfNoNumber(CsvTable csv, (string Name, DataViewType Type)[] columns)
    {
        int[] rows = [.. Enumerable.Range(0, csv.RowCount)];
        var bad = new BadCells(csv);
        foreach ((string name, DataViewType type) in columns)
            if (type is not TextDataViewType)
                CellReader.NoteUnlessNumbers(csv, name, "feature", rows, bad, " as in training");
        bad.ThrowIfAny();
    }

    private static string ColumnOf(TaskInfo task) =>
        $"{(task.Kind == TaskKind.Binary ? "Probability" : "Score")}.{task.Name}";
}
