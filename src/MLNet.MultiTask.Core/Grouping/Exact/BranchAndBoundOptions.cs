namespace MLNet.MultiTask.Grouping;

/// <summary>Options of <see cref="BranchAndBoundSolver"/>.</summary>
public sealed class BranchAndBoundOptions : PartitionOptions
{
    /// <summary>Relative gap that counts as proof, in (0, 1).</summary>
    public double RelativeGap { get; set; } = 1e-4;

    /// <summary>Nodes at most, at least 1.</summary>
    public int MaxNodes { get; set; } = 10_000;

    /// <summary>
    /// Time after which the search ends with the gap it has; positive. Null = none. A search that is cut short depends
    /// on the speed of the machine; one that ends by itself does not.
    /// </summary>
    public TimeSpan? TimeLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Random starts of the local search at the root; at least 1.</summary>
    public int Restarts { get; set; } = 10;

    internal void Validate()
    {
        if (RelativeGap is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(RelativeGap), RelativeGap,
                $"{nameof(RelativeGap)} must be between 0 and 1");
        if (MaxNodes < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxNodes), MaxNodes, $"{nameof(MaxNodes)} must be at least 1");
        if (TimeLimit is { } limit && limit <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(TimeLimit), TimeLimit,
                $"{nameof(TimeLimit)} must be positive");
        if (Restarts < 1)
            throw new ArgumentOutOfRangeException(nameof(Restarts), Restarts, $"{nameof(Restarts)} must be at least 1");
    }
}
