using System.Globalization;
using MLNet.MultiTask.Torch;

namespace MLNet.MultiTask;

/// <summary>
/// What an architecture is made for: the features, the tasks and settings such as <c>experts=4; hidden=64,32</c>. A
/// setting that no architecture asks for is refused.
/// </summary>
public sealed class ArchitectureContext
{
    private readonly Dictionary<string, string> _settings;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly ulong _seed;

    internal ArchitectureContext(int featureCount, IReadOnlyList<TaskInfo> tasks, ArchitectureText text, ulong seed)
    {
        (FeatureCount, Tasks, Architecture, _seed) = (featureCount, tasks, text.Name, seed);
        _settings = new(text.Settings, StringComparer.Ordinal);
    }

    /// <summary>Number of features d.</summary>
    public int FeatureCount { get; }

    /// <summary>The tasks of the group, at least one.</summary>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>The architecture's name.</summary>
    public string Architecture { get; }

    /// <summary>A whole number.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="value">Where it is not set.</param>
    /// <param name="least">Least value.</param>
    /// <param name="most">Greatest value.</param>
    /// <exception cref="ArgumentException">The setting is no such number (name, range and value are said).</exception>
    public int Integer(string name, int value, int least = 1, int most = int.MaxValue) =>
        Text(name) is not { } text ? value
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most ? number
            : throw Refused(name, text, most == int.MaxValue
                ? FormattableString.Invariant($"a whole number of at least {least}")
                : FormattableString.Invariant($"a whole number from {least} to {most}"));

    /// <summary>A number.</summary>
    /// <inheritdoc cref="Integer"/>
    public float Number(string name, float value, float least = 0, float most = float.MaxValue) =>
        Text(name) is not { } text ? value
        : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
            && number >= least && number <= most ? number
            : throw Refused(name, text, most == float.MaxValue
                ? FormattableString.Invariant($"a number of at least {least}")
                : FormattableString.Invariant($"a number from {least} to {most}"));

    /// <summary>Widths of layers, such as <c>64,32</c>.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="value">Where it is not set.</param>
    /// <exception cref="ArgumentException">The setting is no list of widths of at least 1.</exception>
    public IReadOnlyList<int> Widths(string name, params IReadOnlyList<int> value)
    {
        if (Text(name) is not { } text)
            return value;
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] widths = [.. parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int w)
            ? w : 0)];
        return widths.All(w => w >= 1) ? widths
            : throw Refused(name, text, "a list of widths of at least 1, such as 64,32");
    }

    /// <summary>One of some words.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="choices">The words; the first one where it is not set.</param>
    /// <exception cref="ArgumentException">The setting is another word.</exception>
    public string Choice(string name, params IReadOnlyList<string> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        string text = Text(name) ?? choices[0];
        return choices.Contains(text, StringComparer.Ordinal) ? text
            : throw Refused(name, text, $"one of {string.Join(", ", choices)}");
    }

    /// <summary>A grouping of the module's tasks, such as <c>0,1|2,3</c>; null where it is not set.</summary>
    /// <param name="name">The setting.</param>
    /// <exception cref="ArgumentException">The setting is no grouping of so many tasks.</exception>
    public TaskGrouping? Grouping(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return TaskGrouping.TryParse(text, out TaskGrouping? grouping) && grouping.TaskCount == Tasks.Count ? grouping
            : throw Refused(name, text, FormattableString.Invariant($"a grouping of the module's {Tasks.Count} task") +
                $"{(Tasks.Count == 1 ? "" : "s")} in canonical form, such as {TaskGrouping.All(Tasks.Count)}");
    }

    /// <summary>A setting as it is written; null where it is not set.</summary>
    /// <param name="name">The setting.</param>
    public string? Text(string name)
    {
        _asked.Add(name);
        return _settings.GetValueOrDefault(name);
    }

    /// <summary>
    /// Makes something with TorchSharp's random numbers started from the training's seed and a purpose, so that what is
    /// made elsewhere does not change it.
    /// </summary>
    /// <param name="purpose">Such as <c>expert/3</c>.</param>
    /// <param name="make">Makes it.</param>
    public T Seeded<T>(string purpose, Func<T> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        using (TorchRandom.Seeded(_seed, "init/" + purpose))
            return make();
    }

    /// <exception cref="ArgumentException">A setting was not asked for.</exception>
    internal void ThrowIfNotAsked()
    {
        string[] unknown = [.. _settings.Keys.Where(k => !_asked.Contains(k)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new ArgumentException($"Architecture '{Architecture}' has no setting {Quoted(unknown)}; " +
                (_asked.Count == 0 ? "it has none at all" : $"it has {Quoted(_asked.Order(StringComparer.Ordinal))}"));
    }

    /// <summary>The error for a setting of another form than expected.</summary>
    internal ArgumentException Refused(string name, string text, string expected) =>
        new($"Setting '{name}' of architecture '{Architecture}' is '{text}'; {expected} is expected");

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));
}
