namespace MLNet.MultiTask;

/// <summary>One thing a sweep can try: which tasks are learned together, by which learner with which
/// settings.</summary>
public sealed class SweepPoint : IEquatable<SweepPoint>
{
    private readonly string _text;

    /// <summary>Names a point.</summary>
    /// <param name="grouping">Which tasks share a model.</param>
    /// <param name="learner">Name of the learner.</param>
    /// <param name="settings">Name and value of every setting of the learner.</param>
    public SweepPoint(TaskGrouping grouping, string learner, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        ArgumentNullException.ThrowIfNull(grouping);
        ArgumentException.ThrowIfNullOrEmpty(learner);
        (Grouping, Learner) = (grouping, learner);
        Settings = new SortedDictionary<string, string>(
            (settings ?? []).ToDictionary(s => s.Key, s => s.Value), StringComparer.Ordinal);
        LearnerText = string.Join(' ', [learner, .. Settings.Select(s => $"{s.Key}={s.Value}")]);
        _text = $"{grouping} {LearnerText}";
    }

    /// <summary>Which tasks share a model.</summary>
    public TaskGrouping Grouping { get; }

    /// <summary>Name of the learner.</summary>
    public string Learner { get; }

    /// <summary>The settings by name, in ordinal order.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Learner and settings, such as <c>network hidden=64,32 learning-rate=0.001</c>.</summary>
    internal string LearnerText { get; }

    /// <summary>The canonical text: grouping, learner and settings.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(SweepPoint? other) => other is not null && other._text == _text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SweepPoint);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);
}
