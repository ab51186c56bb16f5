namespace MLNet.MultiTask.Grouping;

/// <summary>What the solvers of <see cref="GroupingSolvers"/> may be told by name; each reads what it knows.</summary>
public sealed class GroupingSettings : PartitionOptions
{
    /// <summary>Semidefinite program: triangle inequalities tighten the bound.</summary>
    /// <value>The default value is false.</value>
    public bool TriangleCuts { get; set; }

    /// <summary>Branch and bound: time after which it ends with a gap.</summary>
    /// <value>The default value is null: that of <see cref="BranchAndBoundOptions"/>. Positive.</value>
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>Cover: a task may be alone in a group and scores the diagonal then.</summary>
    /// <value>The default value is false.</value>
    public bool AllowAlone { get; set; }

    internal T As<T>() where T : PartitionOptions, new() => new()
    {
        GroupCount = GroupCount,
        GroupCost = GroupCost,
        MaxGroupSize = MaxGroupSize,
        MaxGroupCount = MaxGroupCount,
        MustLink = MustLink,
        CannotLink = CannotLink,
        Seed = Seed,
        Threads = Threads,
    };

    internal SdpGroupingOptions Relaxation()
    {
        SdpGroupingOptions options = As<SdpGroupingOptions>();
        options.TriangleCuts = TriangleCuts;
        return options;
    }

    internal BranchAndBoundOptions Limited()
    {
        BranchAndBoundOptions options = As<BranchAndBoundOptions>();
        options.TimeLimit = TimeLimit ?? options.TimeLimit;
        return options;
    }

    internal CoverGroupingOptions Cover() => new()
    {
        GroupCount = Count(),
        MaxGroupSize = MaxGroupSize,
        SingletonScore = AllowAlone ? null : new CoverGroupingOptions().SingletonScore,
        Seed = Seed,
    };

    /// <exception cref="ArgumentException">There is no number of groups.</exception>
    internal int Count() => GroupCount
        ?? throw new ArgumentException($"Groups that overlap need a number of groups; {nameof(GroupCount)} is null");
}
