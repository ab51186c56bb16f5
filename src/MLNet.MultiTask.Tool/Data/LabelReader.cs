namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// Reads label columns into tasks and labels, n×T, NaN = not observed (an empty cell, or a row of another task).
/// </summary>
internal sealed class LabelReader(CsvTable csv, int[] rows, IReadOnlyList<TaskInfo>? known)
{
    /// <summary>The tasks and their labels; classes and task ids as in the model where one is given.</summary>
    public (IReadOnlyList<TaskInfo> Tasks, float[] Labels) Read(DataDescription description)
    {
        var columns = description.TaskIdColumn is { } idColumn ? ByTaskId(description.Labels[0], idColumn)
            : known is null ? [.. description.Labels.Select(l => ReadColumn(l, null))] : ByModel(description.Labels);
        int tasks = columns.Count;
        var labels = new float[(long)rows.Length * tasks];
        for (int t = 0; t < tasks; t++)
            for (int i = 0; i < rows.Length; i++)
                labels[i * tasks + t] = columns[t].Labels[i];
        return ([.. columns.Select(c => c.Task)], labels);
    }

    private List<(TaskInfo Task, float[] Labels)> ByTaskId(LabelColumn label, string idColumn)
    {
        IReadOnlyList<string> ids = csv.Column(idColumn, "task id");
        (TaskInfo task, float[] labels) = ReadColumn(label, known?[0]);
        IReadOnlyList<string>? classes = task.Kind == TaskKind.Multiclass ? task.ClassNames : null;
        IReadOnlyList<string> names = known is null ? SortedIds(ids) : [.. known.Select(t => t.Name)];
        ThrowIfUnknown(ids, idColumn, names);
        return [.. names.Select(name => (new TaskInfo(name, task.Kind, classes), Own(name)))];

        float[] Own(string name)
        {
            var own = new float[rows.Length];
            for (int i = 0; i < own.Length; i++)
                own[i] = ids[rows[i]] == name ? labels[i] : float.NaN;
            return own;
        }
    }

    private (TaskInfo Task, float[] Labels) ReadColumn(LabelColumn label, TaskInfo? task)
    {
        TaskKind? kind = task?.Kind ?? label.Kind;
        if (kind == TaskKind.Multiclass)
            return ReadClasses(label.Name, task);
        IReadOnlyList<string> cells = csv.Column(label.Name, "label");
        var labels = new float[rows.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            string cell = cells[rows[i]];
            labels[i] = kind == TaskKind.Binary ? Truth(label.Name, rows[i], cell)
                : CellReader.TryNumber(cell, out double number) && !float.IsInfinity((float)number) ? (float)number
                : throw CellReader.BadCell(csv, rows[i], label.Name, "label", cell, "a finite number is expected for " +
                    "a regression");
        }
        return (task ?? new TaskInfo(label.Name, kind ?? KindOf(labels)), labels);
    }

    private (TaskInfo Task, float[] Labels) ReadClasses(string column, TaskInfo? task)
    {
        IReadOnlyList<string> cells = csv.Column(column, "label");
        if (task is null)
        {
            string[] classes = [.. rows.Select(r => cells[r]).Where(c => c.Length > 0)
                .Distinct().Order(StringComparer.Ordinal)];
            if (classes.Length < 2)
                throw new InputException(classes.Length == 0 ? $"Task '{column}' of {csv.FileName} has no observed " +
                    "label."
                    : $"Task '{column}' of {csv.FileName} has one class only: every label is '{classes[0]}'.");
            task = new TaskInfo(column, TaskKind.Multiclass, classes);
        }
        var index = task.ClassNames.Select((name, i) => (name, i))
            .ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        var labels = new float[rows.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            string cell = cells[rows[i]];
            labels[i] = cell.Length == 0 ? float.NaN : index.TryGetValue(cell, out int c) ? c
                : throw CellReader.BadCell(csv, rows[i], column, "label", cell,
                    $"the model knows {string.Join(", ", task.ClassNames)}");
        }
        return (task, labels);
    }

    private float Truth(string column, int row, string cell) => cell switch
    {
        "" => float.NaN,
        _ when CellReader.TryNumber(cell, out double n) && n is 0 or 1 => (float)n,
        _ when bool.TryParse(cell, out bool truth) => truth ? 1 : 0,
        _ => throw CellReader.BadCell(csv, row, column, "label", cell, "0, 1, true, false or nothing (not observed) " +
            "is expected for a binary task"),
    };

    /// <summary>All tasks of the model; one that no label column is named for is not observed.</summary>
    private List<(TaskInfo Task, float[] Labels)> ByModel(IReadOnlyList<LabelColumn> labels)
    {
        foreach (LabelColumn label in labels)
        {
            TaskInfo task = known!.FirstOrDefault(t => t.Name == label.Name) ?? throw new InputException(
                $"The model has no task '{label.Name}'; it has {string.Join(", ", known!.Select(t => t.Name))}.");
            if (label.Kind is not null && label.Kind != task.Kind)
                throw new InputException($"Task '{label.Name}' is {label.Kind} in the data, but {task.Kind} in the " +
                    "model.");
        }
        return [.. known!.Select(task => labels.FirstOrDefault(l => l.Name == task.Name) is { } label
            ? ReadColumn(label, task) : (task, [.. rows.Select(_ => float.NaN)]))];
    }

    private string[] SortedIds(IReadOnlyList<string> ids) =>
    [
        .. rows.Select(r => ids[r]).Distinct()
            .OrderBy(id => CellReader.TryNumber(id, out double number) ? number : double.PositiveInfinity)
            .ThenBy(id => id, StringComparer.Ordinal),
    ];

    private void ThrowIfUnknown(IReadOnlyList<string> ids, string idColumn, IReadOnlyList<string> names)
    {
        var set = names.ToHashSet(StringComparer.Ordinal);
        foreach (int row in rows)
            if (ids[row].Length == 0 || !set.Contains(ids[row]))
                throw CellReader.BadCell(csv, row, idColumn, "task id", ids[row],
                    ids[row].Length == 0 ? "a task id is expected" : "the model has no such task among its " +
                        $"{names.Count}");
    }

    private static TaskKind KindOf(float[] labels) =>
        labels.All(y => float.IsNaN(y) || y is 0 or 1) ? TaskKind.Binary : TaskKind.Regression;
}
