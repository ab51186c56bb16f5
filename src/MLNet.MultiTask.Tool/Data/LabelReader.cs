using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// Reads label columns into tasks and labels, n×T, NaN = not observed (a missing value, or a row of another task).
/// </summary>
/// <param name="csv">The table.</param>
/// <param name="rows">Its rows, in the order wanted.</param>
/// <param name="bad">Takes cells that are no labels; what is read of them means nothing.</param>
/// <param name="known">The tasks of a model; null = they come from the rows.</param>
/// <param name="knownValues">Values of the model's binary tasks that are not 0 and 1 or no and yes, by task.</param>
internal sealed class LabelReader(CsvTable csv, int[] rows, BadCells bad, IReadOnlyList<TaskInfo>? known,
    IReadOnlyDictionary<string, BinaryValues>? knownValues = null)
{
    private readonly Dictionary<string, BinaryValues> _values = [];
    private readonly List<string> _faults = [];

    /// <summary>
    /// Values of binary label columns that are not 0 and 1 or no and yes, by column, once they are read.
    /// </summary>
    public IReadOnlyDictionary<string, BinaryValues> Values => _values;

    /// <summary>The tasks and their labels; classes and task ids as in the model where one is given.</summary>
    public (IReadOnlyList<TaskInfo> Tasks, float[] Labels) Read(DataDescription description)
    {
        FindValues(description);
        var columns = description.TaskIdColumn is { } idColumn ? ByTaskId(description.Labels[0], idColumn)
            : known is null ? [.. description.Labels.Select(l => ReadColumn(l, Initial(description, l)))]
            : ByModel(description.Labels);
        if (_faults.Count > 0)
            throw new InputException($"{string.Join("; ", _faults)}; leave out such a column with --ignore, or give " +
                "rows of other classes.");
        int tasks = columns.Count;
        var labels = new float[(long)rows.Length * tasks];
        for (int t = 0; t < tasks; t++)
            for (int i = 0; i < rows.Length; i++)
                labels[(long)i * tasks + t] = columns[t].Labels[i];
        return ([.. columns.Select(c => c.Task)], labels);
    }

    /// <summary>The values of all columns of which one is said to be positive, or as the model has them.</summary>
    private void FindValues(DataDescription description)
    {
        List<string> faults = [];
        foreach (LabelColumn label in description.Labels)
            if (known is not null)
            {
                string task = description.TaskIdColumn is null ? label.Name : known[0].Name;
                if (knownValues?.GetValueOrDefault(task) is { } own)
                    _values[label.Name] = own;
            }
            else if (label.Positive is { } positive)
            {
                if (BinaryValues.Find(csv.Column(label.Name, "label"), rows, positive, out string? fault) is { } found)
                    _values[label.Name] = found;
                if (description.InitialValues.GetValueOrDefault(label.Name) is { } before
                    && NumericNames.Key(before.Positive) != NumericNames.Key(positive))
                    fault = $"label column '{label.Name}': in the model of --init {before}, --positive says " +
                        $"'{positive}'";
                if (fault is not null)
                    faults.Add(fault);
            }
        if (faults.Count > 0)
            throw new InputException($"{csv.FileName}: {string.Join("; ", faults)}.");
    }

    // A task of another kind is refused where the training begins, with all that differs.
    private static TaskInfo? Initial(DataDescription description, LabelColumn label) => description.InitialTasks
        .FirstOrDefault(t => t.Name == label.Name && (label.Kind is null || label.Kind == t.Kind));

    private List<(TaskInfo Task, float[] Labels)> ByTaskId(LabelColumn label, string idColumn)
    {
        CsvColumn ids = csv.Column(idColumn, "task id");
        (TaskInfo task, float[] labels) = ReadColumn(label, known?[0]);
        IReadOnlyList<string>? classes = task.Kind == TaskKind.Multiclass ? task.ClassNames : null;
        IReadOnlyList<string> names = known is null ? SortedIds(ids) : [.. known.Select(t => t.Name)];
        int[] taskOfRow = TasksOfRows(ids, idColumn, names);
        return [.. names.Select((name, t) =>
            (new TaskInfo(name, task.Kind, classes) { Offset = task.Offset }, Own(t)))];

        float[] Own(int t)
        {
            var own = new float[rows.Length];
            for (int i = 0; i < own.Length; i++)
                own[i] = taskOfRow[i] == t ? labels[i] : float.NaN;
            return own;
        }
    }

    private (TaskInfo Task, float[] Labels) ReadColumn(LabelColumn label, TaskInfo? task)
    {
        TaskKind? kind = task?.Kind ?? label.Kind ?? (label.Positive is null ? null : TaskKind.Binary);
        if (kind == TaskKind.Multiclass)
            return ReadClasses(label.Name, task);
        CsvColumn cells = csv.Column(label.Name, "label");
        if (_values.TryGetValue(label.Name, out BinaryValues? values))
            return (task ?? new TaskInfo(label.Name, TaskKind.Binary), ReadValues(cells, values));
        var labels = new float[rows.Length];
        double[] targets = kind == TaskKind.Binary ? [] : new double[rows.Length];
        for (int i = 0; i < labels.Length; i++)
            if (kind == TaskKind.Binary ? TryTruth(cells, rows[i], out labels[i])
                : TryTarget(cells, rows[i], out targets[i]))
                continue;
            else
                bad.Add(label.Name, "label", rows[i], kind == TaskKind.Binary
                    ? "0, 1, true, false, yes, no or nothing (not observed) is expected for a binary task; " +
                        Advice(cells)
                    : "a finite number is expected for a regression");
        if (kind == TaskKind.Binary)
            return (task ?? new TaskInfo(label.Name, TaskKind.Binary), labels);
        kind ??= KindOf(targets);
        double offset = task?.Offset ?? (kind == TaskKind.Regression ? LabelOffset.Of(targets) : 0);
        for (int i = 0; i < labels.Length; i++)
            labels[i] = (float)(targets[i] - offset);
        return (task ?? new TaskInfo(label.Name, kind.Value) { Offset = offset }, labels);
    }

    /// <summary>What helps where a binary label holds other values.</summary>
    private string Advice(CsvColumn cells) =>
        (known is null ? BinaryValues.Distinct(cells, rows) : []) is [var a, var b]
        ? $"--positive says which of '{a}' and '{b}' counts as 1, and --kind multiclass takes any texts"
        : "--kind multiclass takes any texts";

    private float[] ReadValues(CsvColumn cells, BinaryValues values)
    {
        bool?[] truths = [.. Enumerable.Range(0, cells.ValueCount).Select(
            code => cells.IsMissing(code) ? null : values.IsPositive(cells.Value(code)))];
        var labels = new float[rows.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            int code = cells.Code(rows[i]);
            labels[i] = truths[code] is { } truth ? truth ? 1 : 0 : float.NaN;
            if (truths[code] is null && !cells.IsMissing(code))
                bad.Add(cells.Name, "label", rows[i], $"in the model {values}");
        }
        return labels;
    }

    private (TaskInfo Task, float[] Labels) ReadClasses(string column, TaskInfo? task)
    {
        CsvColumn cells = csv.Column(column, "label");
        if (task is null)
        {
            string[] classes = [.. NumericNames.Distinct(rows.Select(cells.Code).Distinct()
                .Where(c => !cells.IsMissing(c)).Select(cells.Value)).Order(StringComparer.Ordinal)];
            if (classes.Length < 2)
            {
                _faults.Add($"Task '{column}' of {csv.FileName} has " + (classes.Length == 0 ? "no observed label"
                    : $"one class only: every label is '{classes[0]}'"));
                return (new TaskInfo(column, TaskKind.Regression), new float[rows.Length]);
            }
            task = new TaskInfo(column, TaskKind.Multiclass, classes);
        }
        Dictionary<string, int> index = NumericNames.Index(task.ClassNames);
        int[] classOf = [.. Enumerable.Range(0, cells.ValueCount).Select(
            code => cells.IsMissing(code) ? -1 : index.GetValueOrDefault(NumericNames.Key(cells.Value(code)), -2))];
        var labels = new float[rows.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            int c = classOf[cells.Code(rows[i])];
            labels[i] = c < 0 ? float.NaN : c;
            if (c == -2)
                bad.Add(column, "label", rows[i], $"the model knows {Some.Of(task.ClassNames)}");
        }
        return (task, labels);
    }

    private static bool TryTarget(CsvColumn cells, int row, out double target) =>
        cells.TryNumber(row, out target) && !(Math.Abs(target) > float.MaxValue);

    private static bool TryTruth(CsvColumn cells, int row, out float truth)
    {
        if (cells.TryNumber(row, out double number))
        {
            truth = (float)number;
            return double.IsNaN(number) || number is 0 or 1;
        }
        bool? said = CellTexts.Truth(cells.Text(row));
        truth = said == true ? 1 : 0;
        return said is not null;
    }

    /// <summary>All tasks of the model; one that no label column is named for is not observed.</summary>
    private List<(TaskInfo Task, float[] Labels)> ByModel(IReadOnlyList<LabelColumn> labels)
    {
        foreach (LabelColumn label in labels)
        {
            TaskInfo task = known!.FirstOrDefault(t => t.Name == label.Name) ?? throw new InputException(
                $"The model has no task '{label.Name}'; it has {Some.Of([.. known!.Select(t => t.Name)])}.");
            if (label.Kind is not null && label.Kind != task.Kind)
                throw new InputException($"Task '{label.Name}' is {label.Kind} in the data, but {task.Kind} in the " +
                    "model.");
        }
        return [.. known!.Select(task => labels.FirstOrDefault(l => l.Name == task.Name) is { } label
            ? ReadColumn(label, task) : (task, Unobserved()))];
    }

    private float[] Unobserved()
    {
        var labels = new float[rows.Length];
        labels.AsSpan().Fill(float.NaN);
        return labels;
    }

    private string[] SortedIds(CsvColumn ids) =>
    [
        .. NumericNames.Distinct(rows.Select(ids.Code).Distinct().Where(c => !ids.IsMissing(c)).Select(ids.Value))
            .OrderBy(id => CellReader.TryNumber(id, out double number) ? number : double.PositiveInfinity)
            .ThenBy(id => id, StringComparer.Ordinal),
    ];

    private int[] TasksOfRows(CsvColumn ids, string idColumn, IReadOnlyList<string> names)
    {
        Dictionary<string, int> index = NumericNames.Index(names);
        int[] taskOf = [.. Enumerable.Range(0, ids.ValueCount).Select(
            code => ids.IsMissing(code) ? -1 : index.GetValueOrDefault(NumericNames.Key(ids.Value(code)), -2))];
        var tasks = new int[rows.Length];
        for (int i = 0; i < tasks.Length; i++)
        {
            tasks[i] = taskOf[ids.Code(rows[i])];
            if (tasks[i] < 0)
                bad.Add(idColumn, "task id", rows[i], tasks[i] == -1 ? "a task id is expected"
                    : $"the model has no such task among its {names.Count}");
        }
        return tasks;
    }

    private static TaskKind KindOf(double[] labels) =>
        labels.All(y => double.IsNaN(y) || y is 0 or 1) ? TaskKind.Binary : TaskKind.Regression;
}
