using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The average density of a grouping (Li, Sharma, Zhang, KDD 2024): Σ over groups of (sum of the affinity inside) /
/// size.
/// </summary>
public static class DensityObjective
{
    /// <summary>Density of a partition, diagonal included; of a cover, over each group's members.</summary>
    /// <param name="affinity">T×T, higher is better; used as given.</param>
    /// <param name="grouping">Of the same T tasks.</param>
    /// <exception cref="ArgumentException">The grouping has another number of tasks.</exception>
    public static double Value(TaskAffinity affinity, TaskGrouping grouping)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        ArgumentNullException.ThrowIfNull(grouping);
        if (grouping.TaskCount != affinity.Count)
            throw new ArgumentException($"The grouping has {Counted.Of(grouping.TaskCount, "task")}, the affinity " +
                $"{affinity.Count}",
                nameof(grouping));
        return grouping.Groups.Sum(g => Value(affinity, g.Members));
    }

    /// <summary>Density of one group.</summary>
    public static double Value(TaskAffinity affinity, IReadOnlyList<int> members)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        ArgumentNullException.ThrowIfNull(members);
        double sum = 0;
        foreach (int i in members)
            foreach (int j in members)
                sum += affinity[i, j];
        return sum / members.Count;
    }
}
