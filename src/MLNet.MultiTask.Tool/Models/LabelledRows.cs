using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Models;

/// <summary>Labels of a table's rows, to hold predictions against.</summary>
internal sealed class LabelledRows
{
    private readonly IReadOnlyList<TaskInfo> _tasks;
    private readonly float[] _labels;
    private readonly int[] _fileRows;

    /// <param name="csv">The table.</param>
    /// <param name="fileRows">Its rows, in the order of a split.</param>
    /// <param name="description">The label columns.</param>
    /// <param name="pipeline">The model.</param>
    public LabelledRows(CsvTable csv, int[] fileRows, DataDescription description, RawPipeline pipeline)
    {
        _fileRows = fileRows;
        var bad = new BadCells(csv);
        (_tasks, _labels) =
            new LabelReader(csv, fileRows, bad, pipeline.Tasks, pipeline.BinaryValues).Read(description);
        bad.ThrowIfAny();
    }

    /// <summary>The metrics of some rows.</summary>
    /// <param name="scores">Of every row of the table.</param>
    /// <param name="rows">Positions in the split to measure.</param>
    /// <param name="reference">Positions whose mean or most frequent class is the trivial predictor.</param>
    public MultiTaskMetrics Evaluate(float[] scores, int[] rows, int[] reference)
    {
        int width = _tasks.Sum(t => t.OutputCount);
        var own = new float[(long)rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
            scores.AsSpan(_fileRows[rows[i]] * width, width).CopyTo(own.AsSpan(i * width));
        return LibraryErrors.Translate(() => MultiTaskMetrics.Evaluate(
            _tasks, own, Labels(rows), reference: ConstantPredictor.Learn(_tasks, Labels(reference))));
    }

    private float[] Labels(int[] rows)
    {
        var labels = new float[(long)rows.Length * _tasks.Count];
        for (int i = 0; i < rows.Length; i++)
            _labels.AsSpan(rows[i] * _tasks.Count, _tasks.Count).CopyTo(labels.AsSpan(i * _tasks.Count));
        return labels;
    }
}
