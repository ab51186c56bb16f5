namespace MLNet.MultiTask.Search;

/// <summary>The groupings that are one step away from a grouping: move, swap, merge, split; helpers where
/// asked.</summary>
internal static class GroupingMoves
{
    /// <summary>All neighbours, each once, in a fixed order; the grouping itself is not among them.</summary>
    /// <param name="grouping">Where to start.</param>
    /// <param name="helpers">Whether a task may also join a group as a helper, or leave it.</param>
    public static IEnumerable<TaskGrouping> Neighbours(TaskGrouping grouping, bool helpers = false)
    {
        var seen = new HashSet<TaskGrouping> { grouping };
        int[] of = grouping.ToAssignment();
        IEnumerable<TaskGrouping> all = Changes(grouping, of).Select(c => With(grouping, of, c));
        return (helpers ? all.Concat(Helpers(grouping)) : all).Where(seen.Add);
    }

    /// <summary>The same of a partition as group numbers, which is much faster; some may come twice.</summary>
    public static IEnumerable<int[]> Assignments(TaskGrouping grouping)
    {
        int[] of = grouping.ToAssignment();
        return Changes(grouping, of).Select(changes => Changed(of, changes));
    }

    private static IEnumerable<(int Task, int Group)[]> Changes(TaskGrouping grouping, int[] of) =>
        Moves(grouping, of).Concat(Swaps(of)).Concat(Merges(grouping)).Concat(Splits(grouping));

    /// <summary>One task goes to another group, or to one of its own.</summary>
    private static IEnumerable<(int, int)[]> Moves(TaskGrouping grouping, int[] of)
    {
        for (int task = 0; task < of.Length; task++)
            for (int group = 0; group <= grouping.Count; group++)
                if (group != of[task] && (group < grouping.Count || grouping.Groups[of[task]].Served.Count > 1))
                    yield return [(task, group)];
    }

    /// <summary>Two tasks of different groups change places.</summary>
    private static IEnumerable<(int, int)[]> Swaps(int[] of)
    {
        for (int a = 0; a < of.Length; a++)
            for (int b = a + 1; b < of.Length; b++)
                if (of[a] != of[b])
                    yield return [(a, of[b]), (b, of[a])];
    }

    /// <summary>Two groups become one.</summary>
    private static IEnumerable<(int, int)[]> Merges(TaskGrouping grouping)
    {
        for (int g = 0; g < grouping.Count; g++)
            for (int h = g + 1; h < grouping.Count; h++)
                yield return [.. grouping.Groups[h].Served.Select(t => (t, g))];
    }

    /// <summary>
    /// One group becomes two. Of the 2^(m−1) − 1 ways for m members, the contiguous cuts of their order are taken:
    /// moves reach the rest.
    /// </summary>
    private static IEnumerable<(int, int)[]> Splits(TaskGrouping grouping)
    {
        foreach (TaskGroup group in grouping.Groups)
            for (int cut = 2; cut <= group.Served.Count - 2; cut++)
                yield return [.. group.Served.Skip(cut).Select(t => (t, grouping.Count))];
    }

    /// <summary>One task more, or one less, helps a group that does not serve it.</summary>
    private static IEnumerable<TaskGrouping> Helpers(TaskGrouping grouping) => Enumerable.Range(0, grouping.Count)
        .SelectMany(g => WithHelpers(grouping.Groups[g], grouping.TaskCount).Select(c => Replace(grouping, g, c)));

    /// <summary>A group with one helper more or less, in the order of the tasks.</summary>
    public static IEnumerable<TaskGroup> WithHelpers(TaskGroup group, int tasks) => Enumerable.Range(0, tasks)
        .Where(t => !group.Served.Contains(t)).Select(t => new TaskGroup(group.Served, group.Helpers.Contains(t)
            ? [.. group.Helpers.Where(h => h != t)] : [.. group.Helpers, t]));

    /// <summary>A grouping with another group in the place of one.</summary>
    public static TaskGrouping Replace(TaskGrouping grouping, int number, TaskGroup group) =>
        new(grouping.Groups.Select((g, i) => i == number ? group : g));

    /// <summary>
    /// Whether two groups have the same members: their models would be the same, so that one group does for both.
    /// </summary>
    public static bool HasTwins(TaskGrouping grouping) => grouping.Groups.Any(g => g.Helpers.Count > 0)
        && grouping.Groups.Select(g => string.Join(',', g.Members)).Distinct().Count() < grouping.Count;

    /// <summary>Some tasks served elsewhere; a helper stays where it helps unless it is served there now.</summary>
    private static TaskGrouping With(TaskGrouping grouping, int[] of, (int Task, int Group)[] changes)
    {
        int[] assignment = Changed(of, changes);
        return new TaskGrouping(Enumerable.Range(0, assignment.Length).GroupBy(t => assignment[t]).Select(served =>
            new TaskGroup([.. served], served.Key < grouping.Count
                ? [.. grouping.Groups[served.Key].Helpers.Except(served)] : [])));
    }

    private static int[] Changed(int[] of, (int Task, int Group)[] changes)
    {
        int[] assignment = [.. of];
        foreach (var (task, group) in changes)
            assignment[task] = group;
        return assignment;
    }
}
