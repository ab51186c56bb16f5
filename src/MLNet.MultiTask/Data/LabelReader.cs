using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Collects labels, weights and task ids of the rows under a cursor, and says what tasks they are of.
/// </summary>
internal sealed class LabelReader
{
    private readonly DataViewSchema _schema;
    private readonly IReadOnlyList<TaskColumn> _columns;
    private readonly Cells[] _cells;
    private readonly FloatRows _labels;
    private readonly FloatRows? _weights;
    private readonly Func<int>? _taskId;
    private readonly List<string> _ids = [];
    private readonly List<int> _rowIds = [];

    public LabelReader(DataViewRow row, IReadOnlyList<TaskColumn> columns)
    {
        (_schema, _columns) = (row.Schema, columns);
        _cells = [.. columns.Select(c => new Cells(row, c))];
        _labels = new FloatRows(_cells.Sum(c => c.Size));
        if (columns.Any(c => c.ExampleWeightColumnName is not null))
            _weights = new FloatRows(_cells.Sum(c => c.Size));
        if (columns[0].TaskIdColumnName is { } id)
            _taskId = TaskIds.Collect(row, _schema.Find("task id", id), _ids);
    }

    /// <summary>Reads the current row.</summary>
    /// <exception cref="ArgumentException">The row has no task id.</exception>
    public void ReadRow()
    {
        Span<float> labels = _labels.Add(), weights = _weights is null ? default : _weights.Add();
        foreach (Cells cells in _cells)
            cells.Read(ref labels, ref weights);
        if (_taskId is null)
            return;
        int id = _taskId();
        _rowIds.Add(id >= 0 ? id
            : throw new ArgumentException($"Row {_labels.Count - 1} has no task id in column " +
                $"'{_columns[0].TaskIdColumnName}'", "input"));
    }

    /// <summary>
    /// The tasks, and n×T labels and weights; <c>TaskOfRow</c> is the task of each row of task-indexed data, otherwise
    /// null.
    /// </summary>
    public (TaskLayout Layout, float[] Labels, float[]? Weights, int[]? TaskOfRow) Finish()
    {
        TaskLayout layout = LabelLayout.Of(_schema, _columns, _ids);
        if (_taskId is null)
            return (layout, _labels.ToArray(), _weights?.ToArray(), null);
        int tasks = layout.Tasks.Count;
        if ((long)_rowIds.Count * tasks > Array.MaxLength)
            throw new ArgumentException($"{_rowIds.Count} rows of {tasks} tasks are more cells than fit into " +
                "memory; use fewer rows", "input");
        Dictionary<string, int> place = Enumerable.Range(0, tasks)
            .ToDictionary(t => layout.Tasks[t].Name, StringComparer.Ordinal);
        int[] taskOfRow = [.. _rowIds.Select(id => place[_ids[id]])];
        return (layout, Spread(_labels.ToArray(), taskOfRow, tasks, float.NaN), _weights is null ? null
            : Spread(_weights.ToArray(), taskOfRow, tasks, 0), taskOfRow);
    }

    // One value per row becomes n×T: the other tasks' cells are not observed.
    private static float[] Spread(float[] values, int[] taskOfRow, int tasks, float absent)
    {
        var spread = new float[values.Length * tasks];
        Array.Fill(spread, absent);
        for (int row = 0; row < values.Length; row++)
            spread[row * tasks + taskOfRow[row]] = values[row];
        return spread;
    }

    /// <summary>One task column's labels and weights.</summary>
    private sealed class Cells(DataViewRow row, TaskColumn column)
    {
        private readonly NumberReader _label = NumberReader.Open(row, row.Schema.Find("label", column.LabelColumnName));
        private readonly NumberReader? _weight = column.ExampleWeightColumnName is { } name
            ? NumberReader.Open(row, row.Schema.Find("weight", name)) : null;

        public int Size { get; } = LabelLayout.SizeOf(row.Schema, column);

        public void Read(ref Span<float> labels, ref Span<float> weights)
        {
            _label.Read(labels[..Size]);
            labels = labels[Size..];
            if (weights.IsEmpty)
                return;
            if (_weight is null)
                weights[..Size].Fill(1);
            else
                _weight.Read(weights[..Size]);
            weights = weights[Size..];
        }
    }
}
