namespace MLNet.MultiTask.Affinity;

/// <summary>Pairs of tasks of which the data told an estimator nothing.</summary>
internal sealed class UnmeasuredPairs
{
    private const int MostNamed = 8;

    /// <param name="tasks">The T tasks' names.</param>
    /// <param name="isUnmeasured">Of a target and a source; not asked for a task with itself.</param>
    /// <param name="why">Ends the sentence that names the pairs.</param>
    public UnmeasuredPairs(IReadOnlyList<string> tasks, Func<int, int, bool> isUnmeasured, string why)
    {
        int n = tasks.Count;
        var cells = new bool[n * n];
        List<string> names = [];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
            {
                cells[i * n + j] = isUnmeasured(i, j);
                cells[j * n + i] = isUnmeasured(j, i);
                if (cells[i * n + j] || cells[j * n + i])
                    names.Add($"'{tasks[j]}' and '{tasks[i]}'");
            }
        if (names.Count == 0)
            return;
        Cells = cells;
        string more = names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "";
        Warnings =
        [
            $"The affinity of {string.Join(", ", names.Take(MostNamed))}{more} could not be measured: {why}. It " +
            "counts as 0, which says neither that the tasks help one another nor that they do not.",
        ];
    }

    /// <summary>The same of tasks.</summary>
    public UnmeasuredPairs(IReadOnlyList<TaskInfo> tasks, Func<int, int, bool> isUnmeasured, string why)
        : this([.. tasks.Select(t => t.Name)], isUnmeasured, why)
    {
    }

    /// <summary>As <see cref="TaskAffinity.Unmeasured"/>.</summary>
    public bool[]? Cells { get; }

    /// <summary>What is to be said of them; empty where every pair was measured.</summary>
    public IReadOnlyList<string> Warnings { get; } = [];
}
