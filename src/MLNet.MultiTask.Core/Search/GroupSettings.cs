namespace MLNet.MultiTask.Search;

/// <summary>
/// Learners and settings group by group: of a grouping that was tried, the best seen of each, then other ones of a
/// single group; of one that was not, what the surrogate promises.
/// </summary>
internal sealed class GroupSettings
{
    private readonly LearnerSettings[] _all;
    private readonly double[][] _gains;

    /// <param name="space">What may be chosen.</param>
    /// <param name="surrogate">What trials say.</param>
    /// <param name="weights">Its mean, or a sample of it.</param>
    public GroupSettings(SweepSpace space, SubsetSurrogate surrogate, double[][] weights)
    {
        _all = [.. space.AllSettings()];
        _gains = [.. _all.Select(s => (double[])[.. Enumerable.Range(0, space.TaskNames.Count)
            .Select(t => surrogate.Gain(weights, s, [t]))])];
    }

    /// <summary>
    /// The grouping with what the surrogate promises most for each group; the usual where it is even.
    /// </summary>
    public SweepPoint Promised(TaskGrouping grouping) => new(grouping, [.. grouping.Groups.Select(group =>
        _all[Enumerable.Range(0, _all.Length).MaxBy(s => Gain(s, group))])]);

    /// <summary>What that adds to a group that serves some tasks.</summary>
    public double Promise(IReadOnlyList<int> served) =>
        Enumerable.Range(0, _all.Length).Max(s => served.Sum(t => _gains[s][t]));

    /// <summary>The grouping with every choice for every group.</summary>
    public IEnumerable<SweepPoint> All(TaskGrouping grouping) => grouping.Groups
        .Aggregate<TaskGroup, IEnumerable<LearnerSettings[]>>([[]], (some, _) =>
            some.SelectMany(groups => _all.Select(own => (LearnerSettings[])[.. groups, own])))
        .Select(groups => new SweepPoint(grouping, groups));

    /// <summary>The best seen of every group of a point, which needs hardly any training.</summary>
    /// <param name="point">Every group of it was tried.</param>
    /// <param name="seen">What is known of a group.</param>
    public static SweepPoint Joined(SweepPoint point, Func<TaskGroup, SeenSettings[]> seen) =>
        new(point.Grouping, [.. point.Grouping.Groups.Select(group => seen(group) is { Length: > 0 } known
            ? known.OrderBy(k => k.Loss).ThenBy(k => k.Settings.ToString(), StringComparer.Ordinal).First().Settings
            : point.Of(group))]);

    /// <summary>
    /// Points that differ from one in the settings of one group, not seen with it before and promising more, the most
    /// promising first: only that group must be trained.
    /// </summary>
    public IEnumerable<SweepPoint> Changes(SweepPoint point, Func<TaskGroup, SeenSettings[]> seen)
    {
        var changes = new List<(int Group, int Settings, double Gain)>();
        for (int g = 0; g < point.Groups.Count; g++)
        {
            TaskGroup group = point.Grouping.Groups[g];
            double now = Gain(Array.IndexOf(_all, point.Groups[g]), group);
            HashSet<LearnerSettings> known = [.. seen(group).Select(k => k.Settings)];
            changes.AddRange(Enumerable.Range(0, _all.Length).Where(s => !known.Contains(_all[s]))
                .Select(s => (g, s, Gain(s, group) - now)).Where(c => c.Item3 > 0));
        }
        return changes.OrderByDescending(c => c.Gain).Select(c => new SweepPoint(point.Grouping,
            [.. point.Groups.Select((own, g) => g == c.Group ? _all[c.Settings] : own)]));
    }

    private double Gain(int settings, TaskGroup group) => group.Served.Sum(t => _gains[settings][t]);
}
