namespace MLNet.MultiTask;

/// <summary>A learner of a sweep with a value for each of its settings.</summary>
public sealed class LearnerSettings : IEquatable<LearnerSettings>
{
    private readonly string _text;

    /// <summary>Names a choice.</summary>
    /// <param name="learner">Name of the learner.</param>
    /// <param name="settings">Name and value of every setting of the learner.</param>
    public LearnerSettings(string learner, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(learner);
        Learner = learner;
        Settings = new SortedDictionary<string, string>(
            (settings ?? []).ToDictionary(s => s.Key, s => s.Value), StringComparer.Ordinal);
        _text = string.Join(' ', [learner, .. Settings.Select(s => $"{s.Key}={s.Value}")]);
    }

    /// <summary>Name of the learner.</summary>
    public string Learner { get; }

    /// <summary>The settings by name, in ordinal order.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Learner and settings, such as <c>shared-bottom hidden=64,32 learning-rate=0.001</c>.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(LearnerSettings? other) => other is not null && other._text == _text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LearnerSettings);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);

    /// <summary>Reads what <see cref="ToString"/> wrote; names and values have no blanks.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    internal static LearnerSettings Parse(string text)
    {
        string[] words = text.Split(' ');
        if (words[0].Length == 0 || words.Skip(1).Any(w => w.IndexOf('=', StringComparison.Ordinal) < 1))
            throw new FormatException($"'{text}' is no learner with settings");
        return new LearnerSettings(words[0], words.Skip(1).Select(w => w.Split('=', 2))
            .Select(w => KeyValuePair.Create(w[0], w[1])));
    }
}
