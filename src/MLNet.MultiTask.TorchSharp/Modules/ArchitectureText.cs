namespace MLNet.MultiTask.Torch;

/// <summary>An architecture and its settings as one line: <c>mmoe(experts=4; width=64)</c>.</summary>
internal sealed record ArchitectureText
{
    private ArchitectureText(string name, SortedDictionary<string, string> settings) =>
        (Name, Settings) = (name, settings);

    public string Name { get; }

    public IDictionary<string, string> Settings { get; }

    /// <summary>Reads the line; a value may be a line of this kind itself, in parentheses of its own.</summary>
    /// <param name="text">The line.</param>
    /// <param name="what">What it names, for errors.</param>
    /// <param name="example">How one looks, for errors.</param>
    /// <exception cref="FormatException">It is none; the reason is said.</exception>
    public static ArchitectureText Parse(string text, string what = "an architecture",
        string example = "name(experts=4; width=64)")
    {
        string trimmed = text.Trim();
        int open = trimmed.IndexOf('(', StringComparison.Ordinal);
        string name = (open < 0 ? trimmed : trimmed[..open]).Trim();
        ThrowIfNoName(name, what);
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (open < 0)
            return new ArchitectureText(name, settings);
        if (!trimmed.EndsWith(')'))
            throw new FormatException($"'{text}' has no closing parenthesis; such as {example} is expected");
        foreach (string part in Parts(trimmed[(open + 1)..^1]))
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
    public static void ThrowIfNoName(string name, string what = "an architecture")
    {
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new FormatException(
                $"'{name}' is no name of {what}; up to 64 letters, digits, '-', '_' and '.' are " +
                "possible");
    }

    /// <summary>The canonical line: settings in order of their names.</summary>
    public override string ToString() => Settings.Count == 0 ? Name
        : $"{Name}({string.Join("; ", Settings.Select(s => $"{s.Key}={s.Value}"))})";

    // Semicolons within parentheses belong to the line that is a value.
    private static IEnumerable<string> Parts(string text)
    {
        int from = 0, depth = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i == text.Length ? ';' : text[i];
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c != ';' || (depth > 0 && i < text.Length))
                continue;
            if (text[from..i].Trim() is { Length: > 0 } part)
                yield return part;
            from = i + 1;
        }
    }
}
