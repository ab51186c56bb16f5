using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Search;

/// <summary>What is tried before anything is known: the corners, and what the affinity suggests.</summary>
internal static class FirstGroupings
{
    private const int MostTasksForEveryCount = 4;

    /// <summary>
    /// Every task alone, all together, and the semidefinite programme's groupings for several numbers of groups, each
    /// changed as little as the constraints ask for; no two equal.
    /// </summary>
    public static TaskGrouping[] Of(SweepSpace space, TaskAffinity? affinity, ulong seed)
    {
        int tasks = space.TaskNames.Count;
        List<TaskGrouping> groupings = [TaskGrouping.Single(tasks), TaskGrouping.All(tasks)];
        if (affinity is not null && tasks > 2)
            groupings.AddRange(Counts(tasks).Select(k =>
                new SdpGroupingSolver(new() { GroupCount = k, Seed = seed }).Solve(affinity).Grouping));
        TaskGrouping[] allowed = [.. groupings.Select(g => Repair(g, space)).OfType<TaskGrouping>().Distinct()];
        return allowed.Length > 0 ? allowed
            : throw new ArgumentException("No grouping was found that keeps to the constraints of the sweep: " +
                string.Join("; ", space.Lines.Skip(2).Take(2)));
    }

    /// <summary>Every partition of 0 … T−1, by restricted growth strings.</summary>
    public static IEnumerable<TaskGrouping> All(int tasks)
    {
        var of = new int[tasks];
        while (true)
        {
            yield return TaskGrouping.FromAssignment(of);
            int t = tasks - 1;
            while (t > 0 && of[t] > of.Take(t).Max())
                of[t--] = 0;
            if (t == 0)
                yield break;
            of[t]++;
        }
    }

    private static int[] Counts(int tasks) => tasks <= MostTasksForEveryCount ? [.. Enumerable.Range(2, tasks - 2)]
        : GroupCountSearch.DefaultCounts(tasks);

    /// <summary>
    /// Tasks that must be together are moved to the first of them, then single tasks or bound ones go where fewest
    /// wishes are broken; null where that ends short of all.
    /// </summary>
    private static TaskGrouping? Repair(TaskGrouping grouping, SweepSpace space)
    {
        GroupingConstraints constraints = space.Constraints;
        if (constraints.Allow(grouping, space.TaskNames))
            return grouping;
        int[] bound = constraints.Bound(space.TaskNames), of = grouping.ToAssignment();
        for (int t = 0; t < of.Length; t++)
            of[t] = of[Array.IndexOf(bound, bound[t])];
        for (int broken = Broken(of); broken > 0;)
        {
            int[] next = Shifts(of, bound).MinBy(Broken)!;
            if (Broken(next) >= broken)
                return null;
            (of, broken) = (next, Broken(next));
        }
        return TaskGrouping.FromAssignment(of);

        int Broken(int[] assignment) =>
            constraints.CountBroken(TaskGrouping.FromAssignment(assignment), space.TaskNames);
    }

    private static IEnumerable<int[]> Shifts(int[] of, int[] bound)
    {
        foreach (int unit in bound.Distinct())
            for (int group = 0; group <= of.Max() + 1; group++)
                yield return [.. of.Select((g, t) => bound[t] == unit ? group : g)];
    }
}
