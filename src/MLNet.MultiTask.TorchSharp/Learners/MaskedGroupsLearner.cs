using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Torch;

/// <summary>One module for the tasks of all groups; the groups are masks of its experts.</summary>
/// <param name="module">The architecture by name, and how it is trained.</param>
/// <param name="grouping">Of all tasks of the table.</param>
internal sealed class MaskedGroupsLearner(TorchModuleOptions module, TaskGrouping grouping) : IGroupLearner
{
    public string Name => TorchModuleModel.KindName;

    public string Settings => Of(grouping).Settings;

    /// <summary>Fits some of the tasks: those set aside are in no group.</summary>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        int[] order = [.. tasks];
        int[] Own(IEnumerable<int> members) => [.. members.Select(t => Array.IndexOf(order, t)).Where(at => at >= 0)];
        return Of(new TaskGrouping(grouping.Groups.Select(g => (Served: Own(g.Served), Helpers: Own(g.Helpers)))
            .Where(g => g.Served.Length > 0).Select(g => new TaskGroup(g.Served, g.Helpers))))
            .Fit(table, split, tasks, run);
    }

    private TorchModuleLearner Of(TaskGrouping groups) => new(module with
    {
        Architecture = TorchArchitectures.WithGroups(module.Architecture, groups),
    });
}
