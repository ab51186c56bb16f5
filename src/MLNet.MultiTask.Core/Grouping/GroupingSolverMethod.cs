namespace MLNet.MultiTask.Grouping;

/// <summary>One entry of <see cref="GroupingSolvers"/>.</summary>
/// <param name="Name">Lower-case words joined by hyphens, as the command has it.</param>
/// <param name="CatalogName">The factory method of the catalog.</param>
/// <param name="Summary">A line for help texts.</param>
/// <param name="Overlaps">Whether a task may be in several groups; it needs a number of groups then.</param>
/// <param name="Create">Makes the solver.</param>
public sealed record GroupingSolverMethod(string Name, string CatalogName, string Summary, bool Overlaps,
    Func<GroupingSettings, ITaskGroupingSolver> Create);
