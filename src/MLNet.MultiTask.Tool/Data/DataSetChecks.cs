namespace MLNet.MultiTask.Tool.Data;

/// <summary>Whether every task can be learned from a data set's training rows.</summary>
internal static class DataSetChecks
{
    public static void ThrowIfUntrainable(DataSet data)
    {
        for (int t = 0; t < data.Table.Tasks.Count; t++)
        {
            TaskInfo task = data.Table.Tasks[t];
            List<float> all = Observed(data.Table, t, Enumerable.Range(0, data.Table.RowCount));
            if (all.Count == 0)
                throw new InputException($"Task '{task.Name}' of {data.FileName} has no observed label.");
            if (task.Kind != TaskKind.Regression && all.Distinct().Count() == 1)
                throw new InputException($"Task '{task.Name}' of {data.FileName} has one class only: " +
                    $"every label is '{Text(task, all[0])}'.");
            if (Observed(data.Table, t, data.Split.Train).Count == 0)
                throw new InputException($"Task '{task.Name}' of {data.FileName} has no observed label among the " +
                    $"{data.Split.Train.Length} training rows ({all.Count} in all); another --split-seed may help.");
        }
    }

    /// <summary>
    /// Classification tasks whose training rows hold one class, so that nothing can be learned about the other.
    /// </summary>
    public static IEnumerable<string> OneClassInTraining(DataSet data)
    {
        IReadOnlyList<TaskInfo> tasks = data.Table.Tasks;
        for (int t = 0; t < tasks.Count; t++)
            if (tasks[t].Kind != TaskKind.Regression
                && Observed(data.Table, t, data.Split.Train).Distinct().Count() == 1)
                yield return tasks[t].Name;
    }

    private static List<float> Observed(TaskTable table, int task, IEnumerable<int> rows) =>
        [.. rows.Where(r => table.IsObserved(r, task)).Select(r => table.Label(r, task))];

    private static string Text(TaskInfo task, float label) =>
        task.Kind == TaskKind.Multiclass ? task.ClassNames[(int)label] : $"{label}";
}
