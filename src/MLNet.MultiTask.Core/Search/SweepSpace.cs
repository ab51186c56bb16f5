using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>Everything that a sweep may try: groupings of the tasks, learners, their settings.</summary>
public sealed class SweepSpace
{
    /// <summary>States a space.</summary>
    /// <param name="taskNames">The T tasks.</param>
    /// <param name="learners">At least one; names unique. The first, with its first settings, is tried first.</param>
    /// <param name="constraints">What every grouping keeps to; null = nothing.</param>
    /// <param name="helpers">Whether a task may help groups that do not serve it (a cover instead of a
    /// partition).</param>
    /// <param name="settingsPerGroup">Whether the groups of a grouping may have different learners and
    /// settings.</param>
    /// <exception cref="ArgumentException">A name repeats, or the constraints cannot be met.</exception>
    public SweepSpace(IReadOnlyList<string> taskNames, IReadOnlyList<SweepLearner> learners,
        GroupingConstraints? constraints = null, bool helpers = false, bool settingsPerGroup = false)
    {
        ArgumentNullException.ThrowIfNull(taskNames);
        ArgumentNullException.ThrowIfNull(learners);
        if (taskNames.Count == 0)
            throw new ArgumentException("At least one task is needed", nameof(taskNames));
        if (learners.Count == 0)
            throw new ArgumentException("At least one learner is needed", nameof(learners));
        if (learners.GroupBy(l => l.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two learners are called '{twice.Key}'", nameof(learners));
        (TaskNames, Learners, Constraints, Helpers) =
            ([.. taskNames], [.. learners], constraints ?? new GroupingConstraints(), helpers);
        SettingsPerGroup = settingsPerGroup;
        Constraints.Validate(TaskNames);
    }

    /// <summary>The T tasks.</summary>
    public IReadOnlyList<string> TaskNames { get; }

    /// <summary>The learners, the usual one first.</summary>
    public IReadOnlyList<SweepLearner> Learners { get; }

    /// <summary>What every grouping keeps to.</summary>
    public GroupingConstraints Constraints { get; }

    /// <summary>Whether a task may help groups that do not serve it.</summary>
    public bool Helpers { get; }

    /// <summary>Whether the groups of a grouping may have different learners and settings.</summary>
    public bool SettingsPerGroup { get; }

    /// <summary>The space as lines of text: two spaces with the same lines are the same.</summary>
    internal IEnumerable<string> Lines =>
    [
        $"tasks {string.Join(", ", TaskNames)}",
        $"helpers {Helpers}",
        $"must link {Pairs(Constraints.MustLink)}, cannot link {Pairs(Constraints.CannotLink)}",
        FormattableString.Invariant($"groups {Constraints.MaxGroups}, members {Constraints.MinGroupSize} to ") +
            FormattableString.Invariant($"{Constraints.MaxGroupSize}"),
        .. SettingsPerGroup ? (string[])["settings per group"] : [],
        .. Learners.Select(l => $"learner {l.Name}: {l.Create(l.Usual).Settings}; " +
            string.Join("; ", l.Settings.Select(s => $"{s.Name} {string.Join(' ', s.Values)}"))),
    ];

    /// <summary>A key per choice that is not the usual one: a later learner, a later value of a setting.</summary>
    internal IEnumerable<string> SettingKeys => Learners.Skip(1).Select(l => l.Name).Concat(
        Learners.SelectMany(l => l.Settings.SelectMany(s => s.Values.Skip(1).Select(v => Key(l.Name, s.Name, v)))));

    /// <summary>Number of learners with settings.</summary>
    internal double LearnerCount => Learners.Sum(l => l.Settings.Aggregate(1.0, (n, s) => n * s.Values.Count));

    /// <summary>The key of a setting's value.</summary>
    internal static string Key(string learner, string setting, string value) => $"{learner} {setting}={value}";

    /// <summary>Every learner with every choice of settings, the usual ones first.</summary>
    internal IEnumerable<LearnerSettings> AllSettings()
    {
        foreach (SweepLearner learner in Learners)
        {
            IEnumerable<Dictionary<string, string>> all = [[]];
            foreach (SweepSetting setting in learner.Settings)
                all = all.SelectMany(some => setting.Values.Select(value =>
                    new Dictionary<string, string>(some) { [setting.Name] = value }));
            foreach (Dictionary<string, string> settings in all)
                yield return new LearnerSettings(learner.Name, settings);
        }
    }

    /// <summary>Refuses a point outside the space.</summary>
    /// <exception cref="ArgumentException">Tasks, learner, a setting or the grouping does not belong here.</exception>
    internal void Check(SweepPoint point)
    {
        if (point.Grouping.TaskCount != TaskNames.Count)
            throw new ArgumentException(
                $"The grouping '{point.Grouping}' is over {Counted.Of(point.Grouping.TaskCount, "task")}, the " +
                $"sweep's data has {TaskNames.Count}");
        if (!point.IsShared && !SettingsPerGroup)
            throw new ArgumentException(
                $"The groups of '{point}' differ in learner or settings, which this sweep does not " +
                $"allow; set {nameof(SettingsPerGroup)}");
        foreach (LearnerSettings group in point.Groups.Distinct())
            Find(group);
        if (!Constraints.Allow(point.Grouping, TaskNames))
            throw new ArgumentException($"The grouping '{point.Grouping}' breaks the constraints of the sweep");
    }

    /// <summary>Makes a learner.</summary>
    /// <exception cref="ArgumentException">Learner or a setting does not belong here.</exception>
    internal IGroupLearner Create(LearnerSettings choice) => Find(choice).Create(choice.Settings);

    private SweepLearner Find(LearnerSettings choice)
    {
        SweepLearner learner = Learners.FirstOrDefault(l => l.Name == choice.Learner)
            ?? throw new ArgumentException($"There is no learner '{choice.Learner}' in the sweep; there are " +
                string.Join(", ", Learners.Select(l => l.Name)));
        return choice.Settings.Keys.SequenceEqual(learner.Settings.Select(s => s.Name))
            && learner.Settings.All(s => s.Values.Contains(choice.Settings[s.Name])) ? learner
            : throw new ArgumentException($"'{choice}' is not in the sweep, which has {learner.Name} with " +
                string.Join("; ", learner.Settings.Select(s => $"{s.Name} {string.Join(' ', s.Values)}")));
    }

    private static string Pairs(IReadOnlyList<(string First, string Second)> pairs) =>
        pairs.Count == 0 ? "none" : string.Join(", ", pairs.Select(p => $"{p.First}+{p.Second}"));
}
