using System.Globalization;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// Settings of a merging or a loss: <c>ties(keep=0.2; scale=0.3)</c>; one that nobody asks for is refused.
/// </summary>
internal sealed class MethodSettings
{
    private readonly ArchitectureText _text;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private readonly string _what;

    private MethodSettings(ArchitectureText text, string what) => (_text, _what) = (text, what);

    public string Name => _text.Name;

    /// <exception cref="FormatException">The text is none; the reason is said.</exception>
    public static MethodSettings Parse(string text, string what, string example) =>
        new(ArchitectureText.Parse(text, "a " + what, example), what);

    /// <summary>The canonical text.</summary>
    public override string ToString() => _text.ToString();

    /// <exception cref="FormatException">The setting is no such number.</exception>
    public double Number(string name, double value, double least, double most) =>
        OptionalNumber(name, least, most) ?? value;

    /// <exception cref="FormatException">The setting is no such number.</exception>
    public double? OptionalNumber(string name, double least, double most) => Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number >= least && number <= most ? number
            : throw Refused(name, text, FormattableString.Invariant($"a number from {least} to {most}"));

    /// <exception cref="FormatException">The setting is no such number.</exception>
    public int Integer(string name, int value, int least, int most = 1_000_000) => Text(name) is not { } text ? value
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most ? number
            : throw Refused(name, text, FormattableString.Invariant($"a whole number from {least} to {most}"));

    /// <summary>One of some words; the first one where it is not set.</summary>
    /// <exception cref="FormatException">The setting is another word.</exception>
    public string Choice(string name, params string[] choices)
    {
        string text = Text(name) ?? choices[0];
        return choices.Contains(text, StringComparer.Ordinal) ? text
            : throw Refused(name, text, $"one of {string.Join(", ", choices)}");
    }

    /// <exception cref="FormatException">A setting was not asked for.</exception>
    public void ThrowIfNotAsked()
    {
        string[] unknown = [.. _text.Settings.Keys.Where(k => !_asked.Contains(k))];
        if (unknown.Length > 0)
            throw new FormatException($"{char.ToUpperInvariant(_what[0])}{_what[1..]} '{Name}' has no setting " +
                $"{Quoted(unknown)}; " +
                (_asked.Count == 0 ? "it has none at all" : $"it has {Quoted(_asked.Order(StringComparer.Ordinal))}"));
    }

    /// <summary>A setting as it is written; null where it is not set.</summary>
    public string? Text(string name)
    {
        _asked.Add(name);
        return _text.Settings.TryGetValue(name, out string? value) ? value : null;
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));

    private FormatException Refused(string name, string text, string expected) =>
        new($"Setting '{name}' of {_what} '{Name}' is '{text}'; {expected} is expected");
}
