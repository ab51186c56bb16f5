namespace MLNet.MultiTask.Torch;

/// <summary>An architecture and its settings as one line: <c>mmoe(experts=4; width=64)</c>.</summary>
internal sealed record ArchitectureText
{
    private ArchitectureText(string name, SortedDictionary<string, string> settings) =>
        (Name, Settings) = (name, settings);

    public string Name { get; }

    public IDictionary<string, string> Settings { get; }

    /// <summary>Reads the line.</summary>
    /// <exception cref="FormatException">It is none; the reason is said.</exception>
    public static ArchitectureText Parse(string text)
    {
        string trimmed = text.Trim();
        int open = trimmed.IndexOf('(', StringComparison.Ordinal);
        string name = (open < 0 ? trimmed : trimmed[..open]).Trim();
        ThrowIfNoName(name);
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (open < 0)
            return new ArchitectureText(name, settings);
        if (!trimmed.EndsWith(')'))
            throw new FormatException($"'{text}' has no closing parenthesis; such as name(experts=4; width=64) is expected");
        foreach (string part in trimmed[(open + 1)..^1].Split(';', StringSplitOptions.TrimEntries |
            StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new FormatException($"'{part}' in '{text}' is no setting; name=value is expected");
            if (!settings.TryAdd(part[..equals].Trim(), part[(equals + 1)..].Trim()))
                throw new FormatException($"Setting '{part[..equals].Trim()}' is twice in '{text}'");
        }
        return new ArchitectureText(name, settings);
    }

    /// <exception cref="FormatException">The name is not one.</exception>
    public static void ThrowIfNoName(string name)
    {
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new FormatException($"'{name}' is no name of an architecture; up to 64 letters, digits, '-', '_' and " +
                "'.' are possible");
    }

    /// <summary>The canonical line: settings in order of their names.</summary>
    public override string ToString() => Settings.Count == 0 ? Name
        : $"{Name}({string.Join("; ", Settings.Select(s => $"{s.Key}={s.Value}"))})";
}
