namespace MLNet.MultiTask;

/// <summary>Every cell of a <see cref="TaskTable"/> is looked at once, and the first bad one is named.</summary>
internal static class TaskTableChecks
{
    public static void ThrowIfInvalid(TaskTable table)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TaskInfo task in table.Tasks)
            if (!names.Add(task.Name))
                throw new ArgumentException($"Task name '{task.Name}' is used twice", nameof(table));

        if (table.Features.FindNotFinite(table.HasMissingFeatures) is var (row, column))
            throw new ArgumentException($"Feature {column} of row {row} is {table.Features[row, column]}; " +
                "features must be finite (replace missing values first)", nameof(table));

        int tasks = table.Tasks.Count;
        for (int i = 0; i < table.Labels.Length; i++)
        {
            TaskInfo task = table.Tasks[i % tasks];
            float y = table.Labels[i];
            if (!IsValidLabel(task, y))
                throw new ArgumentException(
                    $"Label of task '{task.Name}' in row {i / tasks} is {y}; expected {Expected(task)}", nameof(table));
            if (table.Weights is { } weights && !(weights[i] >= 0 && float.IsFinite(weights[i])))
                throw new ArgumentException($"Weight of task '{task.Name}' in row {i / tasks} is {weights[i]}; " +
                    "weights must be finite and not negative", nameof(table));
        }
    }

    private static bool IsValidLabel(TaskInfo task, float y) => float.IsNaN(y) || task.Kind switch
    {
        TaskKind.Binary => y is 0 or 1,
        TaskKind.Multiclass => y >= 0 && y < task.ClassNames.Count && y == MathF.Floor(y),
        _ => float.IsFinite(y),
    };

    private static string Expected(TaskInfo task) => task.Kind switch
    {
        TaskKind.Binary => "0, 1 or NaN (not observed)",
        TaskKind.Multiclass => $"a class index from 0 to {task.ClassNames.Count - 1} or NaN (not observed)",
        _ => "a finite number or NaN (not observed)",
    };
}
