namespace MLNet.MultiTask.Search;

/// <summary>
/// In what two fingerprints of sweeps differ: line by line, and of a long line, a learner's or the tasks', only the
/// parts.
/// </summary>
internal static class FingerprintDifference
{
    /// <summary>The difference in words; null where there is none.</summary>
    public static string? Of(IReadOnlyList<string> stored, IReadOnlyList<string> own)
    {
        Dictionary<string, string> theirs = stored.ToDictionary(Subject), ours = own.ToDictionary(Subject);
        string[] all = [.. theirs.Keys.Union(ours.Keys).Select(s =>
            Of(s, theirs.GetValueOrDefault(s), ours.GetValueOrDefault(s))).OfType<string>()];
        return all.Length == 0 ? null : string.Join("; ", all);
    }

    private static string? Of(string subject, string? stored, string? own)
    {
        if (stored == own)
            return null;
        (string? theirs, string? ours) = (Only(subject, stored, own), Only(subject, own, stored));
        return theirs is null ? $"this sweep has '{ours}', the file not"
            : ours is null ? $"it has '{theirs}', this sweep not" : $"it has '{theirs}', this sweep '{ours}'";
    }

    /// <summary>What a line has and another of the same subject has not; null where that is nothing.</summary>
    private static string? Only(string subject, string? line, string? other)
    {
        if (line is null || other is null || !(subject.EndsWith(':') || subject == "tasks"))
            return line;
        string[] parts = [.. Parts(subject, line).Except(Parts(subject, other))];
        return parts.Length == 0 ? null : $"{subject} {string.Join("; ", parts)}";
    }

    private static string[] Parts(string subject, string line) => line[subject.Length..].Split(["; ", ", "],
        StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What a line is about: up to its colon, or its first word that is no number.</summary>
    private static string Subject(string line) => line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon
        ? line[..(colon + 1)] : line.Split(' ').FirstOrDefault(w => w.Length > 0 && !char.IsAsciiDigit(w[0]), line);
}
