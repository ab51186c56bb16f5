using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>
/// A learner for each group of a grouping, as <see cref="SweepOptions.SettingsPerGroup"/> finds them.
/// </summary>
public sealed class LearnerPerGroup : IGroupLearner
{
    private readonly TaskGrouping _grouping;
    private readonly IGroupLearner[] _learners;

    /// <summary>Takes the learners.</summary>
    /// <param name="grouping">The grouping, over the numbers of a table's tasks.</param>
    /// <param name="learners">One per group, in the order of <see cref="TaskGrouping.Groups"/>.</param>
    /// <exception cref="ArgumentException">Their number is not that of the groups.</exception>
    public LearnerPerGroup(TaskGrouping grouping, IReadOnlyList<IGroupLearner> learners)
    {
        ArgumentNullException.ThrowIfNull(grouping);
        ArgumentNullException.ThrowIfNull(learners);
        if (learners.Count != grouping.Count)
            throw new ArgumentException(
                $"{learners.Count} learners given for the {grouping.Count} groups of '{grouping}'",
                nameof(learners));
        (_grouping, _learners) = (grouping, [.. learners]);
    }

    /// <inheritdoc/>
    public string Name => "per-group";

    /// <inheritdoc/>
    public string Settings => string.Join(" | ", _grouping.Groups.Zip(_learners, (group, learner) =>
        $"{string.Join(',', group.Members)}: {learner.Name} ({learner.Settings})"));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The tasks are not in one group, or as <see cref="IGroupLearner.Fit"/> of
    /// the group's learner.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        // Of a group some tasks may be set aside; with helpers a task is in several groups.
        int group = Enumerable.Range(0, _learners.Length).Where(g => !tasks.Except(_grouping.Groups[g].Members).Any())
            .OrderBy(g => _grouping.Groups[g].Served.Except(tasks).Count())
                .ThenBy(g => _grouping.Groups[g].Members.Count)
            .DefaultIfEmpty(-1).First();
        return group >= 0 ? _learners[group].Fit(table, split, tasks, run)
            : throw new ArgumentException($"The tasks {string.Join(", ", tasks)} are in no one group of '{_grouping}'",
                nameof(tasks));
    }
}
