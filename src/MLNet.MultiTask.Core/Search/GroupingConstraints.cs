using MLNet.MultiTask.Data;

namespace MLNet.MultiTask;

/// <summary>What a grouping must keep to, whatever it scores.</summary>
public sealed record GroupingConstraints
{
    /// <summary>Pairs of task names that must share a group.</summary>
    /// <value>The default value is empty.</value>
    public IReadOnlyList<(string First, string Second)> MustLink { get; init; } = [];

    /// <summary>Pairs of task names that must not share a group, not even as a helper.</summary>
    /// <value>The default value is empty.</value>
    public IReadOnlyList<(string First, string Second)> CannotLink { get; init; } = [];

    /// <summary>Most groups, that is models.</summary>
    /// <value>The default value is null: as many as there are tasks. At least 1.</value>
    public int? MaxGroups { get; init; }

    /// <summary>Most members of a group, helpers included.</summary>
    /// <value>The default value is null: as many as there are tasks. At least 1.</value>
    public int? MaxGroupSize { get; init; }

    /// <summary>Fewest members of a group, helpers included.</summary>
    /// <value>The default value is 1; at least 1.</value>
    public int MinGroupSize { get; init; } = 1;

    /// <summary>Whether nothing is asked for.</summary>
    internal bool IsEmpty => MustLink.Count + CannotLink.Count == 0 && MaxGroups is null && MaxGroupSize is null
        && MinGroupSize == 1;

    /// <summary>Refuses numbers out of range, unknown tasks, and wishes that no grouping can meet.</summary>
    /// <param name="taskNames">Length T.</param>
    /// <exception cref="ArgumentException">The offending values are named, all at once.</exception>
    internal void Validate(IReadOnlyList<string> taskNames)
    {
        List<string> faults = [];
        if (MaxGroups < 1)
            faults.Add($"{nameof(MaxGroups)} is {MaxGroups}, at least 1 is expected");
        if (MinGroupSize < 1 || MinGroupSize > taskNames.Count)
            faults.Add($"{nameof(MinGroupSize)} is {MinGroupSize}, 1 to {taskNames.Count} is expected");
        if (MaxGroupSize < MinGroupSize)
            faults.Add($"{nameof(MaxGroupSize)} is {MaxGroupSize}, at least {nameof(MinGroupSize)} " +
                $"({MinGroupSize}) is expected");
        if (MaxGroups is { } groups && MaxGroupSize is { } size && (long)groups * size < taskNames.Count)
            faults.Add($"{Counted.Of(groups, "group")} of at most {Counted.Of(size, "task")} hold {groups * size} of " +
                $"the {Counted.Of(taskNames.Count, "task")}");
        string[] unknown = [.. MustLink.Concat(CannotLink).SelectMany(p => new[] { p.First, p.Second })
            .Where(n => !taskNames.Contains(n)).Distinct()];
        if (unknown.Length > 0)
            faults.Add($"there is no task {string.Join(", ", unknown.Select(n => $"'{n}'"))}; " +
                $"the tasks are {string.Join(", ", taskNames)}");
        else
            faults.AddRange(Contradictions(taskNames));
        if (faults.Count > 0)
            throw new ArgumentException($"The constraints on the grouping cannot be met: {string.Join("; ", faults)}");
    }

    /// <summary>Whether a grouping keeps to everything.</summary>
    internal bool Allow(TaskGrouping grouping, IReadOnlyList<string> taskNames)
    {
        if (IsEmpty)
            return true;
        if (grouping.Count > (MaxGroups ?? int.MaxValue) || grouping.Groups.Any(g =>
            g.Members.Count < MinGroupSize || g.Members.Count > (MaxGroupSize ?? int.MaxValue)))
            return false;
        int[] of = grouping.ToAssignment();
        return MustLink.All(p => of[Number(p.First, taskNames)] == of[Number(p.Second, taskNames)])
            && CannotLink.All(p => !grouping.Groups.Any(g => g.Members.Contains(Number(p.First, taskNames))
                && g.Members.Contains(Number(p.Second, taskNames))));
    }

    /// <summary>How far a grouping is from keeping to everything; 0 = it does.</summary>
    internal int CountBroken(TaskGrouping grouping, IReadOnlyList<string> taskNames)
    {
        int[] of = grouping.ToAssignment();
        return Math.Max(0, grouping.Count - (MaxGroups ?? int.MaxValue))
            + grouping.Groups.Sum(g => Math.Max(0, MinGroupSize - g.Members.Count)
                + Math.Max(0, g.Members.Count - (MaxGroupSize ?? int.MaxValue)))
            + MustLink.Count(p => of[Number(p.First, taskNames)] != of[Number(p.Second, taskNames)])
            + CannotLink.Count(p => of[Number(p.First, taskNames)] == of[Number(p.Second, taskNames)]);
    }

    /// <summary>The group numbers of tasks that must be together; without wishes every task is its own.</summary>
    internal int[] Bound(IReadOnlyList<string> taskNames)
    {
        int[] of = [.. Enumerable.Range(0, taskNames.Count)];
        foreach (var (first, second) in MustLink)
        {
            (int from, int to) = (of[Number(second, taskNames)], of[Number(first, taskNames)]);
            for (int t = 0; t < of.Length; t++)
                of[t] = of[t] == from ? to : of[t];
        }
        return of;
    }

    private static int Number(string name, IReadOnlyList<string> taskNames)
    {
        int i = 0;
        while (taskNames[i] != name)
            i++;
        return i;
    }

    private IEnumerable<string> Contradictions(IReadOnlyList<string> taskNames)
    {
        int[] of = Bound(taskNames);
        foreach (var (first, second) in CannotLink)
            if (of[Number(first, taskNames)] == of[Number(second, taskNames)])
                yield return $"'{first}' and '{second}' must and must not share a group";
        int largest = of.GroupBy(g => g).Max(g => g.Count());
        if (largest > (MaxGroupSize ?? int.MaxValue))
            yield return $"{Counted.Of(largest, "task")} must share a group, {nameof(MaxGroupSize)} is {MaxGroupSize}";
    }
}
