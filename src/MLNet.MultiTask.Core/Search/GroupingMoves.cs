namespace MLNet.MultiTask.Search;

/// <summary>The groupings that are one step away from a grouping: move, swap, merge, split; helpers where asked.</summary>
internal static class GroupingMoves
{
    /// <summary>All neighbours, each once, in a fixed order; the grouping itself is not among them.</summary>
    /// <param name="grouping">Where to start.</param>
    /// <param name="helpers">Whether a task may also join a group as a helper, or leave it.</param>
    public static IEnumerable<TaskGrouping> Neighbours(TaskGrouping grouping, bool helpers = false)
    {
        var seen = new HashSet<TaskGrouping> { grouping };
        IEnumerable<TaskGrouping> all = Moves(grouping).Concat(Swaps(grouping)).Concat(Merges(grouping))
            .Concat(Splits(grouping));
        return (helpers ? all.Concat(Helpers(grouping)) : all).Where(seen.Add);
    }

    /// <summary>One task goes to another group, or to one of its own.</summary>
    public static IEnumerable<TaskGrouping> Moves(TaskGrouping grouping)
    {
        int[] of = grouping.ToAssignment();
        for (int task = 0; task < of.Length; task++)
            for (int group = 0; group <= grouping.Count; group++)
                if (group != of[task] && (group < grouping.Count || grouping.Groups[of[task]].Served.Count > 1))
                    yield return With(grouping, of, (task, group));
    }

    /// <summary>Two tasks of different groups change places.</summary>
    public static IEnumerable<TaskGrouping> Swaps(TaskGrouping grouping)
    {
        int[] of = grouping.ToAssignment();
        for (int a = 0; a < of.Length; a++)
            for (int b = a + 1; b < of.Length; b++)
                if (of[a] != of[b])
                    yield return With(grouping, of, (a, of[b]), (b, of[a]));
    }

    /// <summary>Two groups become one.</summary>
    public static IEnumerable<TaskGrouping> Merges(TaskGrouping grouping)
    {
        int[] of = grouping.ToAssignment();
        for (int g = 0; g < grouping.Count; g++)
            for (int h = g + 1; h < grouping.Count; h++)
                yield return With(grouping, of, [.. grouping.Groups[h].Served.Select(t => (t, g))]);
    }

    /// <summary>
    /// One group becomes two. Of the 2^(m−1) − 1 ways for m members, the contiguous cuts of their order are taken:
    /// moves reach the rest.
    /// </summary>
    public static IEnumerable<TaskGrouping> Splits(TaskGrouping grouping)
    {
        int[] of = grouping.ToAssignment();
        foreach (TaskGroup group in grouping.Groups)
            for (int cut = 2; cut <= group.Served.Count - 2; cut++)
                yield return With(grouping, of, [.. group.Served.Skip(cut).Select(t => (t, grouping.Count))]);
    }

    /// <summary>One task more, or one less, helps a group that does not serve it.</summary>
    public static IEnumerable<TaskGrouping> Helpers(TaskGrouping grouping)
    {
        for (int g = 0; g < grouping.Count; g++)
        {
            TaskGroup group = grouping.Groups[g];
            for (int task = 0; task < grouping.TaskCount; task++)
            {
                if (group.Served.Contains(task))
                    continue;
                int[] helpers = group.Helpers.Contains(task) ? [.. group.Helpers.Where(h => h != task)]
                    : [.. group.Helpers, task];
                TaskGroup[] groups = [.. grouping.Groups];
                groups[g] = new TaskGroup(group.Served, helpers);
                yield return new TaskGrouping(groups);
            }
        }
    }

    /// <summary>Some tasks served elsewhere; a helper stays where it helps unless it is served there now.</summary>
    private static TaskGrouping With(TaskGrouping grouping, int[] of, params (int Task, int Group)[] changes)
    {
        int[] assignment = [.. of];
        foreach (var (task, group) in changes)
            assignment[task] = group;
        return new TaskGrouping(Enumerable.Range(0, assignment.Length).GroupBy(t => assignment[t]).Select(served =>
            new TaskGroup([.. served], served.Key < grouping.Count
                ? [.. grouping.Groups[served.Key].Helpers.Except(served)] : [])));
    }
}
