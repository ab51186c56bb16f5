namespace MLNet.MultiTask.Tests.Search;

/// <summary>
/// Losses of a made-up world with true groups: a partner of the same group helps, another one harms, both with
/// diminishing returns, and every trained group has noise of its own that is the same whenever it is asked for.
/// </summary>
internal sealed class PlantedOracle(int[] groups, double noise, ulong seed)
{
    public TaskGrouping Truth { get; } = TaskGrouping.FromAssignment(groups);

    public int Tasks => groups.Length;

    /// <summary>Names of the tasks.</summary>
    public string[] Names => [.. Enumerable.Range(0, Tasks).Select(t => $"t{t}")];

    /// <summary>Loss of every task.</summary>
    public double[] Losses(TaskGrouping grouping)
    {
        var losses = new double[Tasks];
        foreach (TaskGroup group in grouping.Groups)
            foreach (int task in group.Served)
                losses[task] = Loss(task, group);
        return losses;
    }

    /// <summary>An affinity of some correlation with the truth: 1 = exact, 0 = nothing but noise.</summary>
    public TaskAffinity Affinity(double quality)
    {
        var values = new double[Tasks * Tasks];
        var stream = new RandomStream(seed, "affinity");
        for (int i = 0; i < Tasks; i++)
            for (int j = 0; j < Tasks; j++)
                values[i * Tasks + j] = quality * (groups[i] == groups[j] ? 1 : -1)
                    + Math.Sqrt(1 - quality * quality) * stream.NextNormal();
        return new TaskAffinity(Names, values, "planted");
    }

    private double Loss(int task, TaskGroup group)
    {
        int same = group.Members.Count(j => j != task && groups[j] == groups[task]);
        int other = group.Members.Count - 1 - same;
        var stream = new RandomStream(seed, string.Join(',', group.Members), task);
        return 0.8 - 0.06 * Math.Sqrt(same) + 0.05 * Math.Sqrt(other) + noise * stream.NextNormal();
    }
}
