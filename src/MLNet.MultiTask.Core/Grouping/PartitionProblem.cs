namespace MLNet.MultiTask.Grouping;

/// <summary>
/// The density objective with its constraints, over units: tasks that must stay together are one unit. B[I, J] is the
/// sum of the symmetrised affinity between two units, so a group C counts Σ_{I,J in C} B[I, J] / tasks(C).
/// </summary>
internal sealed class PartitionProblem
{
    private readonly int[][] _units;

    public PartitionProblem(TaskAffinity affinity, PartitionOptions options)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        PartitionChecks.ThrowIfInvalid(affinity, options);
        TaskCount = affinity.Count;
        _units = Units(TaskCount, options.MustLink);
        Count = _units.Length;
        Weights = [.. _units.Select(u => u.Length)];
        double[] values = options.GroupCount is null && options.GroupCost is null ? Centred(affinity)
            : affinity.Values.ToArray();
        B = BlockSums(values);
        Forbidden = ForbiddenPairs(options.CannotLink);
        MaxSize = options.MaxGroupSize ?? TaskCount;
        MinGroups = options.GroupCount ?? 1;
        MaxGroups = options.GroupCount ?? Math.Min(Count, options.MaxGroupCount ?? Count);
        GroupCost = options.GroupCost ?? 0;
        PartitionChecks.ThrowIfImpossible(this, affinity.TaskNames, _units, options);
    }

    /// <summary>Number of tasks T.</summary>
    public int TaskCount { get; }

    /// <summary>Number of units n.</summary>
    public int Count { get; }

    /// <summary>Tasks in each unit.</summary>
    public int[] Weights { get; }

    /// <summary>n×n, symmetric.</summary>
    public double[] B { get; }

    /// <summary>n×n; null where no pair is forbidden.</summary>
    public bool[]? Forbidden { get; }

    public int MaxSize { get; }

    public int MinGroups { get; }

    public int MaxGroups { get; }

    public double GroupCost { get; }

    /// <summary>The objective at a grouping of units; labels from 0.</summary>
    public double Value(ReadOnlySpan<int> assignment)
    {
        var state = new PartitionState(this, assignment);
        return state.Value;
    }

    public TaskGrouping ToGrouping(ReadOnlySpan<int> assignment)
    {
        var tasks = new int[TaskCount];
        for (int unit = 0; unit < Count; unit++)
            foreach (int task in _units[unit])
                tasks[task] = assignment[unit];
        return TaskGrouping.FromAssignment(tasks);
    }

    /// <summary>Tasks of some units, ascending.</summary>
    public int[] TasksOf(IEnumerable<int> units) => [.. units.SelectMany(u => _units[u]).Order()];

    /// <summary>Components of the must-link graph, in order of their smallest task.</summary>
    private static int[][] Units(int taskCount, IReadOnlyList<(int First, int Second)> mustLink)
    {
        int[] root = [.. Enumerable.Range(0, taskCount)];
        foreach ((int first, int second) in mustLink)
        {
            int low = Math.Min(root[first], root[second]), high = Math.Max(root[first], root[second]);
            for (int t = 0; t < taskCount; t++)
                if (root[t] == high)
                    root[t] = low;
        }
        return [.. Enumerable.Range(0, taskCount).GroupBy(t => root[t]).Select(g => g.ToArray())];
    }

    private double[] BlockSums(ReadOnlySpan<double> values)
    {
        var unitOf = new int[TaskCount];
        for (int unit = 0; unit < Count; unit++)
            foreach (int task in _units[unit])
                unitOf[task] = unit;
        var sums = new double[Count * Count];
        for (int i = 0; i < TaskCount; i++)
            for (int j = 0; j < TaskCount; j++)
                sums[unitOf[i] * Count + unitOf[j]] += 0.5 * values[i * TaskCount + j]
                    + 0.5 * values[j * TaskCount + i];
        for (int i = 0; i < Count; i++)
            for (int j = 0; j < i; j++)
                sums[j * Count + i] = sums[i * Count + j];
        return sums;
    }

    private static double[] Centred(TaskAffinity affinity)
    {
        int n = affinity.Count;
        double[] values = affinity.Values.ToArray();
        for (int i = 0; i < n; i++)
        {
            double mean = 0;
            for (int j = 0; j < n && !affinity.IsSigned; j++)
                mean += j == i ? 0 : values[i * n + j] / (n - 1);
            for (int j = 0; j < n; j++)
                values[i * n + j] = j == i ? 0 : values[i * n + j] - mean;
        }
        return values;
    }

    private bool[]? ForbiddenPairs(IReadOnlyList<(int First, int Second)> cannotLink)
    {
        if (cannotLink.Count == 0)
            return null;
        var forbidden = new bool[Count * Count];
        foreach ((int first, int second) in cannotLink)
        {
            int a = Array.FindIndex(_units, u => u.Contains(first));
            int b = Array.FindIndex(_units, u => u.Contains(second));
            forbidden[a * Count + b] = forbidden[b * Count + a] = true;
        }
        return forbidden;
    }
}
