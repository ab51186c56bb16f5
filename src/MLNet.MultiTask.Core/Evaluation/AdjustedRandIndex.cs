using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Evaluation;

/// <summary>How far two partitions agree (Hubert, Arabie 1985): 1 = the same, 0 = as by chance.</summary>
public static class AdjustedRandIndex
{
    /// <summary>The index; 1 for equal partitions, also where chance alone would make them equal.</summary>
    /// <param name="one">A partition of T tasks.</param>
    /// <param name="other">Another of the same T tasks.</param>
    /// <exception cref="ArgumentException">The numbers of tasks differ.</exception>
    public static double Of(TaskGrouping one, TaskGrouping other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.TaskCount != other.TaskCount)
            throw new ArgumentException($"Groupings of {one.TaskCount} and {Counted.Of(other.TaskCount, "task")} " +
                "cannot be compared",
                nameof(other));
        double together = 0;
        foreach (TaskGroup a in one.Groups)
            foreach (TaskGroup b in other.Groups)
                together += Pairs(a.Served.Intersect(b.Served).Count());
        double ofOne = one.Groups.Sum(g => Pairs(g.Served.Count)),
            ofOther = other.Groups.Sum(g => Pairs(g.Served.Count));
        double chance = one.TaskCount < 2 ? 0 : ofOne * ofOther / Pairs(one.TaskCount), most = (ofOne + ofOther) / 2;
        return most == chance ? 1 : (together - chance) / (most - chance);
    }

    private static double Pairs(int count) => count * (count - 1) / 2.0;
}
