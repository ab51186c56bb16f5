using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Collects labels, weights and task ids of the rows under a cursor, and says what tasks they are of.
/// </summary>
internal sealed class LabelReader
{
    private readonly DataViewSchema _schema;
    private readonly IReadOnlyList<TaskColumn> _columns;
    private readonly LabelCells[] _cells;
    private readonly NumberReader?[] _weightReaders;
    private readonly NumberRows _labels;
    private readonly NumberRows? _weights;
    private readonly Func<int>? _taskId;
    private readonly List<string> _ids = [];
    private readonly List<int> _rowIds = [];

    public LabelReader(DataViewRow row, IReadOnlyList<TaskColumn> columns)
    {
        (_schema, _columns) = (row.Schema, columns);
        _cells = [.. columns.Select(c => new LabelCells(row, c))];
        _weightReaders = [.. columns.Select(c => c.ExampleWeightColumnName is { } name
            ? NumberReader.Open(row, _schema.Find("weight", name)) : null)];
        _labels = new NumberRows(_cells.Sum(c => c.Size));
        if (columns.Any(c => c.ExampleWeightColumnName is not null))
            _weights = new NumberRows(_labels.Width);
        if (columns[0].TaskIdColumnName is { } id)
            _taskId = TaskIds.Collect(row, _schema.Find("task id", id), _ids);
    }

    /// <summary>Reads the current row.</summary>
    /// <exception cref="ArgumentException">The row has no task id.</exception>
    public void ReadRow()
    {
        Span<double> labels = _labels.Add(), weights = _weights is null ? default : _weights.Add();
        for (int c = 0, at = 0; c < _cells.Length; at += _cells[c++].Size)
        {
            _cells[c].Read(labels.Slice(at, _cells[c].Size));
            if (weights.IsEmpty)
                continue;
            Span<double> own = weights.Slice(at, _cells[c].Size);
            own.Fill(1);
            _weightReaders[c]?.Read(own);
        }
        if (_taskId is null)
            return;
        int id = _taskId();
        _rowIds.Add(id >= 0 ? id
            : throw new ArgumentException($"Row {_labels.Count - 1} has no task id in column " +
                $"'{_columns[0].TaskIdColumnName}'", "input"));
    }

    /// <summary>
    /// The tasks, and n×T labels and weights; <c>TaskOfRow</c> is the task of each row of task-indexed data, otherwise
    /// null. Labels of a regression are less the task's offset.
    /// </summary>
    /// <param name="knownClasses">
    /// Of each task column: the classes of the model that scored the rows; null = those found in the rows.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A text is no label, or a target is outside what single precision holds.
    /// </exception>
    public (TaskLayout Layout, float[] Labels, float[]? Weights, int[]? TaskOfRow) Finish(
        IReadOnlyList<IReadOnlyList<string>?>? knownClasses = null)
    {
        KeyValueTexts?[] classes = [.. _cells.Select((c, i) => c.Resolve(knownClasses?[i]))];
        Resolve();
        TaskLayout layout = LabelLayout.Of(_schema, _columns, _ids, classes, [.. _cells.Select(c => c.LabelKey)]);
        int tasks = layout.Tasks.Count;
        int[]? taskOfRow = null;
        if (_taskId is not null)
        {
            if ((long)_rowIds.Count * tasks > Array.MaxLength)
                throw new ArgumentException($"{Counted.Of(_rowIds.Count, "row")} of {Counted.Of(tasks, "task")} are " +
                    "more cells than fit into memory; use fewer rows");
            Dictionary<string, int> place = Enumerable.Range(0, tasks)
                .ToDictionary(t => layout.Tasks[t].Name, StringComparer.Ordinal);
            taskOfRow = [.. _rowIds.Select(id => place[_ids[id]])];
        }
        layout = Centre(layout, taskOfRow);
        return taskOfRow is null ? (layout, _labels.ToSingles(), _weights?.ToSingles(), null)
            : (layout, Spread(_labels.ToSingles(), taskOfRow, tasks, float.NaN), _weights is null ? null
                : Spread(_weights.ToSingles(), taskOfRow, tasks, 0), taskOfRow);
    }

    // Codes of texts become labels.
    private void Resolve()
    {
        Span<double> labels = _labels.Values;
        for (int at = 0; at < labels.Length;)
            foreach (LabelCells cells in _cells)
                for (int i = 0; i < cells.Size; i++, at++)
                    labels[at] = cells.LabelOf(labels[at]);
    }

    // Subtracts the offsets of regression tasks, each its own also in task-indexed data.
    private TaskLayout Centre(TaskLayout layout, int[]? taskOfRow)
    {
        TaskInfo[] tasks = [.. layout.Tasks];
        for (int t = 0; t < tasks.Length; t++)
            if (tasks[t].Kind == TaskKind.Regression
                && LabelOffset.Of(CellsOf(t, taskOfRow).Select(Label)) is var offset
                && offset != 0)
            {
                tasks[t] = tasks[t] with { Offset = offset };
                foreach (int cell in CellsOf(t, taskOfRow))
                    _labels.Values[cell] -= offset;
            }
        for (int t = 0; t < tasks.Length; t++)
            if (tasks[t].Kind == TaskKind.Regression)
                foreach (int cell in CellsOf(t, taskOfRow))
                    if (float.IsInfinity((float)Label(cell)))
                        throw new ArgumentException($"Label of task '{tasks[t].Name}' in row {cell / _labels.Width} " +
                            $"is {Label(cell) + tasks[t].Offset}; expected a finite number of single precision " +
                            $"or NaN (not observed)");
        return layout with { Tasks = tasks };
    }

    private double Label(int cell) => _labels.Values[cell];

    private IEnumerable<int> CellsOf(int task, int[]? taskOfRow)
    {
        if (taskOfRow is null)
            return Enumerable.Range(0, _labels.Count).Select(row => row * _labels.Width + task);
        return Enumerable.Range(0, _labels.Count).Where(row => taskOfRow[row] == task);
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
}
