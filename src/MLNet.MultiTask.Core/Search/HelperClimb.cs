namespace MLNet.MultiTask.Search;

/// <summary>
/// Gives every group of a grouping the helpers that its tasks gain from: in each step the one whose coming or leaving
/// is worth most, until none is worth anything. Who is served where stays as it is. Deterministic.
/// </summary>
/// <param name="gain">What a task gains among some members, itself included.</param>
/// <param name="allow">Whether a grouping may be taken.</param>
internal sealed class HelperClimb(Func<int, IReadOnlyList<int>, double> gain, Func<TaskGrouping, bool> allow)
{
    private const double LeastGain = 1e-9;

    /// <summary>The value of a grouping.</summary>
    public double Worth(TaskGrouping grouping) => grouping.Groups.Sum(Worth);

    /// <summary>The top reached from a start.</summary>
    public TaskGrouping Run(TaskGrouping start)
    {
        TaskGrouping grouping = start;
        for (int g = 0; g < start.Count; g++)
            while (Step(grouping, g) is { } better)
                grouping = better;
        return grouping;
    }

    private double Worth(TaskGroup group) => group.Served.Sum(t => gain(t, group.Members));

    private TaskGrouping? Step(TaskGrouping grouping, int number)
    {
        TaskGroup group = grouping.Groups[number];
        double before = Worth(group);
        return GroupingMoves.WithHelpers(group, grouping.TaskCount)
            .Select(changed => (Group: changed, Gain: Worth(changed) - before)).Where(c => c.Gain > LeastGain)
            .OrderByDescending(c => c.Gain).Select(c => GroupingMoves.Replace(grouping, number, c.Group))
            .FirstOrDefault(allow);
    }
}
