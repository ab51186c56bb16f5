using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Grouping;

/// <summary>Options of <see cref="CoverGroupingSolver"/> and <see cref="QuotientCoverSolver"/>.</summary>
public sealed class CoverGroupingOptions
{
    /// <summary>
    /// Number of groups: at most so many for <see cref="CoverGroupingSolver"/>, exactly so many for <see
    /// cref="QuotientCoverSolver"/>.
    /// </summary>
    public int GroupCount { get; set; } = 3;

    /// <summary>Largest number of tasks in a group, helpers included, at least 1; null = no limit.</summary>
    public int? MaxGroupSize { get; set; }

    /// <summary>
    /// Score of a task alone in its group; −10⁶, as TAG has it, never leaves a task alone. Null = the diagonal of the
    /// affinity, such as the negated loss of the task trained alone.
    /// </summary>
    public double? SingletonScore { get; set; } = -1e6;

    /// <summary>
    /// Whether scores of <see cref="CoverGroupingSolver"/> are the negated losses that the affinity's estimator
    /// predicts for a group (<see cref="TaskAffinity.PredictGroup"/>) instead of mean pairwise affinities.
    /// </summary>
    public bool UsePrediction { get; set; }

    /// <summary>Random starts of the local search, at least 1.</summary>
    public int Restarts { get; set; } = 20;

    /// <summary>Seed of the random starts.</summary>
    public ulong Seed { get; set; } = 1;

    internal void Validate()
    {
        if (GroupCount < 1)
            throw new ArgumentOutOfRangeException(nameof(GroupCount), GroupCount,
                $"{nameof(GroupCount)} must be at least 1");
        if (MaxGroupSize is < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxGroupSize), MaxGroupSize,
                $"{nameof(MaxGroupSize)} must be at least 1");
        if (SingletonScore is { } score && !double.IsFinite(score))
            throw new ArgumentOutOfRangeException(nameof(SingletonScore), score,
                $"{nameof(SingletonScore)} must be finite");
        if (Restarts < 1)
            throw new ArgumentOutOfRangeException(nameof(Restarts), Restarts, $"{nameof(Restarts)} must be at least 1");
    }

    internal void ThrowIfUnfit(TaskAffinity affinity)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        Validate();
        if (affinity.Count == 0)
            throw new ArgumentException("At least one task is needed", nameof(affinity));
        if (MaxGroupSize is { } size && (long)size * GroupCount < affinity.Count)
            throw new ArgumentException(
                $"{Counted.Of(GroupCount, "group")} of at most {Counted.Of(size, "task")} cannot cover " +
                $"{Counted.Of(affinity.Count, "task")}", nameof(affinity));
        if (UsePrediction && affinity.PredictGroup is null)
            throw new ArgumentException($"The affinity '{affinity.Method}' predicts no losses of groups",
                nameof(affinity));
    }
}
