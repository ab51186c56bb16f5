namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Which groupings <see cref="GroupCountSearch"/> trains, besides all tasks in one group and every task alone.
/// </summary>
public sealed class GroupCountSearchOptions
{
    /// <summary>Numbers of groups, each 1 … T; null = <see cref="GroupCountSearch.DefaultCounts"/>.</summary>
    public IReadOnlyList<int>? GroupCounts { get; set; }

    /// <summary>Further groupings, such as the user's own.</summary>
    public IReadOnlyList<TaskGrouping> Groupings { get; set; } = [];

    /// <summary>The solver for a number of groups; by default the semidefinite programme.</summary>
    public Func<int, ITaskGroupingSolver> Solver { get; set; } = k => new SdpGroupingSolver(new() { GroupCount = k });

    /// <summary>Told of every candidate once it is trained; may be null.</summary>
    public IProgress<GroupCountCandidate>? Progress { get; set; }
}
