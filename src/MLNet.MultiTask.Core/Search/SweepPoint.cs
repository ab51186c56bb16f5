namespace MLNet.MultiTask;

/// <summary>One thing a sweep can try: which tasks are learned together, by which learner with which
/// settings.</summary>
public sealed class SweepPoint : IEquatable<SweepPoint>
{
    private const string Between = " | ";

    private readonly string _text;
    private readonly LearnerSettings _most;

    /// <summary>Names a point whose groups have the same learner and settings.</summary>
    /// <param name="grouping">Which tasks share a model.</param>
    /// <param name="learner">Name of the learner.</param>
    /// <param name="settings">Name and value of every setting of the learner.</param>
    public SweepPoint(TaskGrouping grouping, string learner, IEnumerable<KeyValuePair<string, string>>? settings = null)
        : this(grouping, new LearnerSettings(learner, settings))
    {
    }

    internal SweepPoint(TaskGrouping grouping, LearnerSettings settings)
        : this(grouping, (LearnerSettings[])[.. grouping?.Groups.Select(_ => settings)
            ?? throw new ArgumentNullException(nameof(grouping))])
    {
    }

    /// <summary>Names a point whose groups have a learner and settings each.</summary>
    /// <param name="grouping">Which tasks share a model.</param>
    /// <param name="groups">One per group, in the order of <see cref="TaskGrouping.Groups"/>.</param>
    /// <exception cref="ArgumentException">Their number is not that of the groups.</exception>
    public SweepPoint(TaskGrouping grouping, IReadOnlyList<LearnerSettings> groups)
    {
        ArgumentNullException.ThrowIfNull(grouping);
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Count != grouping.Count)
            throw new ArgumentException(
                $"{groups.Count} learners with settings given for the {grouping.Count} groups of " +
                $"'{grouping}'", nameof(groups));
        (Grouping, Groups) = (grouping, [.. groups]);
        IsShared = groups.All(groups[0].Equals);
        _most = IsShared ? groups[0] : groups.GroupBy(g => g).MaxBy(g => g.Count())!.Key;
        LearnerText = IsShared ? _most.ToString() : string.Join(Between, groups);
        _text = $"{grouping} {LearnerText}";
    }

    /// <summary>Which tasks share a model.</summary>
    public TaskGrouping Grouping { get; }

    /// <summary>Learner and settings of every group, in the order of <see cref="TaskGrouping.Groups"/>.</summary>
    public IReadOnlyList<LearnerSettings> Groups { get; }

    /// <summary>Whether all groups have the same learner and settings.</summary>
    public bool IsShared { get; }

    /// <summary>Name of the learner; where groups differ, with the settings of most groups.</summary>
    public string Learner => _most.Learner;

    /// <summary>The settings by name, in ordinal order; where groups differ, those of most groups.</summary>
    public IReadOnlyDictionary<string, string> Settings => _most.Settings;

    /// <summary>
    /// Learner and settings, such as <c>network hidden=64,32</c>; where groups differ, one after the other between
    /// bars.
    /// </summary>
    internal string LearnerText { get; }

    /// <summary>The canonical text: grouping, learner and settings.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(SweepPoint? other) => other is not null && other._text == _text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SweepPoint);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);

    /// <summary>Learner and settings of one of the grouping's groups.</summary>
    internal LearnerSettings Of(TaskGroup group)
    {
        if (IsShared)
            return _most;
        int number = 0;
        while (Grouping.Groups[number].Served[0] != group.Served[0])
            number++;
        return Groups[number];
    }

    /// <summary>The point of a grouping and a <see cref="LearnerText"/>.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    internal static SweepPoint Parse(TaskGrouping grouping, string learnerText)
    {
        LearnerSettings[] groups = [.. learnerText.Split(Between).Select(LearnerSettings.Parse)];
        return groups.Length == 1 ? new SweepPoint(grouping, groups[0]) : new SweepPoint(grouping, groups);
    }
}
