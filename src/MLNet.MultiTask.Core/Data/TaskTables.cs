namespace MLNet.MultiTask.Data;

/// <summary>Puts two tables of the same features and tasks under each other.</summary>
internal static class TaskTables
{
    /// <summary>
    /// The rows of one table and then those of another. Tasks and classes are matched by name; what the first does not
    /// know is not observed.
    /// </summary>
    /// <param name="first">Says the tasks and classes.</param>
    /// <param name="second">As many features; tasks in any order.</param>
    /// <param name="unknown">Tasks and classes of the second that the first does not have, as texts.</param>
    /// <exception cref="ArgumentException">The numbers of features differ, or a task is of another kind.</exception>
    public static TaskTable Append(TaskTable first, TaskTable second, out IReadOnlyList<string> unknown)
    {
        if (first.FeatureCount != second.FeatureCount)
            throw new ArgumentException($"The training rows have {Counted.Of(first.FeatureCount, "feature")}, the " +
                $"validation rows {second.FeatureCount}");
        var features = new FeatureMatrixBuilder(first.FeatureCount);
        Add(features, first);
        Add(features, second);
        List<string> strange = [];
        int[] tasks = [.. second.Tasks.Select(t => Number(first, t, strange))];
        float[]?[] classes = [.. second.Tasks.Select((t, i) => tasks[i] < 0 || t.Kind != TaskKind.Multiclass ? null
            : Classes(first.Tasks[tasks[i]], t, strange))];
        int width = first.Tasks.Count, rows = first.RowCount + second.RowCount;
        var labels = new float[rows * width];
        labels.AsSpan(first.Labels.Length).Fill(float.NaN);
        first.Labels.CopyTo(labels, 0);
        float[]? weights = first.Weights is null && second.Weights is null ? null : new float[labels.Length];
        weights?.AsSpan().Fill(1);
        first.Weights?.CopyTo(weights!, 0);
        for (int row = 0; row < second.RowCount; row++)
            for (int t = 0; t < tasks.Length; t++)
            {
                if (tasks[t] < 0)
                    continue;
                int cell = (first.RowCount + row) * width + tasks[t];
                // Labels of either table are less an offset of its own.
                float label = (float)(second.Label(row, t) +
                    (second.Tasks[t].Offset - first.Tasks[tasks[t]].Offset));
                labels[cell] = classes[t] is { } numbers && !float.IsNaN(label) ? numbers[(int)label] : label;
                if (weights is not null && second.Weights is { } own)
                    weights[cell] = own[row * tasks.Length + t];
            }
        unknown = strange;
        return new TaskTable(features.Build(), first.Tasks, labels, weights,
            first.HasMissingFeatures || second.HasMissingFeatures)
        {
            FeatureNames = first.FeatureNames,
        };
    }

    private static void Add(FeatureMatrixBuilder features, TaskTable table)
    {
        var scratch = new float[table.FeatureCount];
        for (int row = 0; row < table.RowCount; row++)
            features.Add(table.Features.Row(row, scratch));
    }

    private static int Number(TaskTable first, TaskInfo task, List<string> unknown)
    {
        for (int i = 0; i < first.Tasks.Count; i++)
            if (first.Tasks[i].Name == task.Name)
                return first.Tasks[i].Kind == task.Kind ? i : throw new ArgumentException(
                    $"Task '{task.Name}' is {first.Tasks[i].Kind} in the training rows, {task.Kind} in the " +
                    $"validation rows");
        unknown.Add($"task '{task.Name}'");
        return -1;
    }

    private static float[] Classes(TaskInfo known, TaskInfo own, List<string> unknown) =>
        [.. own.ClassNames.Select(name =>
        {
            int number = known.ClassNames.ToList().IndexOf(name);
            if (number < 0)
                unknown.Add($"class '{name}' of task '{own.Name}'");
            return number < 0 ? float.NaN : number;
        })];
}
