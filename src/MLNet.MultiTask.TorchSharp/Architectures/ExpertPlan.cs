namespace MLNet.MultiTask.Torch;

/// <summary>
/// Whose the experts are and which of them a gate sees. Owners are the tasks, then the groups of the setting
/// <c>groups=0,1|2,3</c>, then all tasks together. A task's gate sees its own experts, those of the groups it is in,
/// and those of all: a <see cref="TaskGrouping"/> becomes masks in one module instead of a module per group.
/// </summary>
internal sealed class ExpertPlan
{
    private readonly int _tasks;

    private ExpertPlan(ArchitectureContext context, TaskGrouping? groups, int own, int perGroup, int shared)
    {
        (_tasks, Groups, Own, PerGroup, Shared) = (context.Tasks.Count, groups?.Groups ?? [], own, perGroup, shared);
        string[] owners =
            [.. context.Tasks.Select(t => "own/" + t.Name), .. Groups.Select((_, g) => $"group/{g}"), "shared"];
        Owners = owners;
        OwnerOf = [.. owners.SelectMany((_, o) => Enumerable.Repeat(o, Count(o)))];
        Experts = [.. owners.SelectMany((name, o) => Enumerable.Range(0, Count(o)).Select(e => $"{name}/{e}"))];
    }

    public IReadOnlyList<TaskGroup> Groups { get; }

    /// <summary>Experts of each task.</summary>
    public int Own { get; }

    /// <summary>Experts of each group.</summary>
    public int PerGroup { get; }

    /// <summary>Experts of all tasks.</summary>
    public int Shared { get; }

    /// <summary>Tasks, groups, all.</summary>
    public IReadOnlyList<string> Owners { get; }

    /// <summary>Names of the experts in order of their owners.</summary>
    public IReadOnlyList<string> Experts { get; }

    /// <summary>Per expert the index of its owner.</summary>
    public IReadOnlyList<int> OwnerOf { get; }

    /// <summary>Reads the settings <c>groups</c> and <c>group-experts</c>.</summary>
    /// <param name="context">Has them.</param>
    /// <param name="sharedSetting">Name of the setting for the experts of all tasks.</param>
    /// <param name="shared">Its default value.</param>
    /// <param name="own">Experts of each task.</param>
    public static ExpertPlan Of(ArchitectureContext context, string sharedSetting, int shared, int own)
    {
        TaskGrouping? groups = context.Grouping("groups");
        if (groups is null && context.Text("group-experts") is not null)
            throw new ArgumentException($"Setting 'group-experts' of architecture '{context.Architecture}' needs the " +
                "setting 'groups', such as groups=0,1|2,3");
        int perGroup = groups is null ? 0 : context.Integer("group-experts", 2, 1, 1024);
        return new ExpertPlan(context, groups, own, perGroup, context.Integer(sharedSetting, shared,
            groups is null ? 1 : 0, 1024));
    }

    /// <summary>Whether a gate of one owner sees the experts of another.</summary>
    public bool Sees(int gate, int owner) => gate == owner || gate == Owners.Count - 1 || owner == Owners.Count - 1
        || (gate < _tasks && owner >= _tasks && Groups[owner - _tasks].Members.Contains(gate))
        || (owner < _tasks && gate >= _tasks && Groups[gate - _tasks].Members.Contains(owner));

    private int Count(int owner) => owner < _tasks ? Own : owner < Owners.Count - 1 ? PerGroup : Shared;
}
