using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Grouping;

/// <summary>Options of the partition solvers, looked at before any work.</summary>
internal static class PartitionChecks
{
    public static void ThrowIfInvalid(TaskAffinity affinity, PartitionOptions options)
    {
        int n = affinity.Count;
        if (n == 0)
            throw new ArgumentException("At least one task is needed", nameof(affinity));
        InRange(nameof(options.GroupCount), options.GroupCount, n);
        InRange(nameof(options.MaxGroupCount), options.MaxGroupCount, int.MaxValue);
        InRange(nameof(options.MaxGroupSize), options.MaxGroupSize, int.MaxValue);
        InRange(nameof(options.Threads), options.Threads, int.MaxValue);
        if (options.GroupCost is { } cost && !double.IsFinite(cost))
            throw new ArgumentOutOfRangeException(nameof(options), cost, $"{nameof(options.GroupCost)} must be finite");
        if (options.GroupCount > options.MaxGroupCount)
            throw new ArgumentException(
                $"{options.GroupCount} groups asked for, but at most {options.MaxGroupCount} allowed", nameof(options));
        foreach ((int first, int second) in options.MustLink.Concat(options.CannotLink))
            foreach (int task in new[] { first, second })
                if (task < 0 || task >= n)
                    throw new ArgumentOutOfRangeException(nameof(options), task,
                        $"A linked task must be in 0 to {n - 1}");
        foreach ((int first, int second) in options.CannotLink)
            if (first == second)
                throw new ArgumentException($"Task '{affinity.TaskNames[first]}' cannot be kept apart from itself",
                    nameof(options));
    }

    /// <summary>Contradictions among the constraints that can be seen without searching.</summary>
    public static void ThrowIfImpossible(PartitionProblem problem, IReadOnlyList<string> names, int[][] units,
        PartitionOptions options)
    {
        for (int unit = 0; unit < units.Length; unit++)
        {
            string List() => string.Join(", ", units[unit].Select(t => $"'{names[t]}'"));
            if (units[unit].Length > problem.MaxSize)
                throw new ArgumentException($"Tasks {List()} must share a group, but a group holds at most " +
                    $"{Counted.Of(problem.MaxSize, "task")}", nameof(options));
            if (problem.Forbidden?[unit * units.Length + unit] == true)
                throw new ArgumentException($"Two of the tasks {List()} must and must not share a group",
                    nameof(options));
        }
        if (problem.MinGroups > units.Length)
            throw new ArgumentException($"{Counted.Of(problem.MinGroups, "group")} asked for, but tasks that must " +
                $"stay together leave {units.Length}", nameof(options));
        if ((long)problem.MaxGroups * problem.MaxSize < problem.TaskCount)
            throw new ArgumentException($"{Counted.Of(problem.TaskCount, "task")} do not fit into " +
                $"{Counted.Of(problem.MaxGroups, "group")} of at most {problem.MaxSize}", nameof(options));
    }

    /// <summary>For solvers that cannot honour links or limits: better refused than ignored.</summary>
    public static void ThrowIfConstrained(PartitionOptions options, string solver)
    {
        if (options.MustLink.Count + options.CannotLink.Count > 0 || options.MaxGroupSize is not null
            || options.MaxGroupCount is not null
            || options.GroupCost is not null)
            throw new ArgumentException($"{solver} takes a number of groups, but no links, limits or cost of groups",
                nameof(options));
    }

    private static void InRange(string name, int? options, int max)
    {
        if (options is { } v && (v < 1 || v > max))
            throw new ArgumentOutOfRangeException(nameof(options), v, max == int.MaxValue
                ? $"{name} must be at least 1" : $"{name} must be in 1 to {max}, the number of tasks");
    }
}
