namespace MLNet.MultiTask;

/// <summary>A hyper-parameter of a learner: the values to choose from, the usual one first.</summary>
public sealed record SweepSetting
{
    /// <summary>Names the values.</summary>
    /// <param name="name">Lower-case ASCII letters, digits and hyphens, such as <c>learning-rate</c>.</param>
    /// <param name="values">At least one, no two equal; the first is tried first.</param>
    /// <exception cref="ArgumentException">The name has other characters, or a value repeats or is empty.</exception>
    public SweepSetting(string name, IReadOnlyList<string> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException(
                $"Setting '{name}': a name of lower-case ASCII letters, digits and hyphens is expected", nameof(name));
        if (values.Count == 0 || values.Any(v => string.IsNullOrEmpty(v) || v.Contains(' ')))
            throw new ArgumentException(
                $"Setting '{name}' needs at least one value, none of them empty or with a blank",
                nameof(values));
        if (values.GroupBy(v => v, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Setting '{name}' has the value '{twice.Key}' twice", nameof(values));
        (Name, Values) = (name, [.. values]);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The values, the usual one first.</summary>
    public IReadOnlyList<string> Values { get; }
}
