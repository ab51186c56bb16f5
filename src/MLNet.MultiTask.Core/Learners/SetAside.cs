namespace MLNet.MultiTask.Learners;

/// <summary>The tasks of a table that some rows cannot teach, and what they score instead.</summary>
internal sealed class SetAside
{
    private readonly TaskTable _table;

    private SetAside(TaskTable table, int[] tasks, TrivialModel? model) =>
        (_table, Tasks, Model) = (table, tasks, model);

    /// <summary>Numbers of the tasks, ascending; empty where all can be learned.</summary>
    public IReadOnlyList<int> Tasks { get; }

    /// <summary>What they score; null where there is none.</summary>
    public TrivialModel? Model { get; }

    /// <summary>Numbers of the other tasks, ascending.</summary>
    public int[] Learnable => [.. Enumerable.Range(0, _table.Tasks.Count).Except(Tasks)];

    /// <summary>Looks for tasks without two different labels in the rows.</summary>
    /// <param name="table">The data.</param>
    /// <param name="rows">Rows to fit on.</param>
    /// <param name="unlearnable">Whether to refuse them.</param>
    /// <exception cref="ArgumentException">They are to be refused, or there is no other task; all are
    /// named.</exception>
    public static SetAside Find(TaskTable table, int[] rows, UnlearnableTasks unlearnable)
    {
        int[] tasks = [.. Enumerable.Range(0, table.Tasks.Count).Where(t => !Differ(table, rows, t))];
        if (tasks.Length == 0)
            return new SetAside(table, tasks, null);
        var aside = new SetAside(table, tasks, TrivialModel.Of(table, tasks, rows));
        if (unlearnable == UnlearnableTasks.Refuse || tasks.Length == table.Tasks.Count)
            throw new ArgumentException(
                $"{aside.Names()} cannot be learned from the training rows, where each has no " +
                (tasks.Length == table.Tasks.Count
                    ? $"two different labels{aside.Weighted()}; no other task is left"
                    : $"two different labels{aside.Weighted()}: leave them out, give more rows, or have them set " +
                    $"aside ({nameof(UnlearnableTasks)}.{nameof(UnlearnableTasks.SetAside)})"));
        return aside;
    }

    /// <summary>One line that names all tasks set aside and what they score; null where there is none.</summary>
    public string? Note() => Model is null ? null : $"{Names()} {(Tasks.Count == 1 ? "is" : "are")} set aside: the " +
        $"training rows hold no two different labels{Weighted()}; {(Tasks.Count == 1 ? "it scores" : "they score")} " +
        string.Join(", ", Tasks.Select((_, i) => Model.Text(i)));

    /// <summary>A grouping of all tasks without those set aside; groups that held no others are gone.</summary>
    public TaskGroup[] Without(TaskGrouping grouping) => Tasks.Count == 0 ? [.. grouping.Groups]
        : [.. grouping.Groups.Select(g => (Served: g.Served.Except(Tasks).ToArray(), Helpers: g.Helpers.Except(Tasks)))
            .Where(g => g.Served.Length > 0).Select(g => new TaskGroup(g.Served, [.. g.Helpers]))];

    private string Weighted() => _table.Weights is null ? "" : " of positive weight";

    private string Names() =>
        $"{(Tasks.Count == 1 ? "Task" : "Tasks")} {string.Join(", ", Tasks.Select(t => $"'{_table.Tasks[t].Name}'"))}";

    private static bool Differ(TaskTable table, int[] rows, int task)
    {
        float first = float.NaN;
        foreach (int row in rows)
        {
            if (!table.IsObserved(row, task))
                continue;
            float label = table.Label(row, task);
            if (label != first && !float.IsNaN(first))
                return true;
            first = label;
        }
        return false;
    }
}
