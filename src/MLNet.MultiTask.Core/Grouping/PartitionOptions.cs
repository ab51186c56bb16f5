namespace MLNet.MultiTask.Grouping;

/// <summary>
/// What every solver that divides the tasks into disjoint groups is told. The objective is the average density Σ_groups
/// (Σ_{i,j in the group} T_ij) / size − <see cref="GroupCost"/> · groups, of the matrix as given, diagonal included.
/// With neither <see cref="GroupCount"/> nor <see cref="GroupCost"/> the number of groups follows from the matrix: rows
/// are centred by the mean of their off-diagonal entries and the diagonal is set to 0, so that tasks stay together
/// where their affinity is above average, and a task alone counts 0. Rows of a signed affinity (<see
/// cref="TaskAffinity.IsSigned"/>) are not centred: tasks stay together where they help one another.
/// </summary>
public class PartitionOptions
{
    /// <summary>Exact number of groups, 1 … T; null = any number.</summary>
    public int? GroupCount { get; set; }

    /// <summary>
    /// Cost λ of one more group, on the scale of the affinity (the penalised form); finite. Null = 0.
    /// </summary>
    public double? GroupCost { get; set; }

    /// <summary>Pairs of tasks that must share a group.</summary>
    public IReadOnlyList<(int First, int Second)> MustLink { get; set; } = [];

    /// <summary>Pairs of tasks that must not share a group.</summary>
    public IReadOnlyList<(int First, int Second)> CannotLink { get; set; } = [];

    /// <summary>Largest number of tasks in a group, at least 1; null = no limit.</summary>
    public int? MaxGroupSize { get; set; }

    /// <summary>Largest number of groups where <see cref="GroupCount"/> is null, at least 1; null = no limit.</summary>
    public int? MaxGroupCount { get; set; }

    /// <summary>Seed of the random starts.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>Threads used at most; null = all cores. The result is the same for any number.</summary>
    public int? Threads { get; set; }
}
