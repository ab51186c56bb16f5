using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>A learner that a sweep may use, with the settings it may choose.</summary>
public sealed record SweepLearner
{
    /// <summary>Names a learner.</summary>
    /// <param name="name">Unique in a sweep: lower-case ASCII letters, digits and hyphens.</param>
    /// <param name="create">Makes the learner of one value per setting.</param>
    /// <param name="settings">Names unique; none = one fixed learner.</param>
    /// <exception cref="ArgumentException">A name has other characters or repeats.</exception>
    public SweepLearner(string name, Func<IReadOnlyDictionary<string, string>, IGroupLearner> create,
        params IReadOnlyList<SweepSetting> settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(settings);
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException(
                $"Learner '{name}': a name of lower-case ASCII letters, digits and hyphens is expected", nameof(name));
        if (settings.GroupBy(s => s.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Learner '{name}' has the setting '{twice.Key}' twice", nameof(settings));
        (Name, Create) = (name, create);
        Settings = [.. settings.OrderBy(s => s.Name, StringComparer.Ordinal)];
    }

    /// <summary>A learner without anything to choose, under its own name.</summary>
    public SweepLearner(IGroupLearner learner) : this(Checked(learner).Name, _ => learner)
    {
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Makes the learner of one value per setting.</summary>
    public Func<IReadOnlyDictionary<string, string>, IGroupLearner> Create { get; }

    /// <summary>What may be chosen, in ordinal order of the names.</summary>
    public IReadOnlyList<SweepSetting> Settings { get; }

    /// <summary>What should be known of it, given the number of rows to fit on; null = nothing.</summary>
    internal Func<int, string?>? Note { get; init; }

    /// <summary>The first value of every setting.</summary>
    internal Dictionary<string, string> Usual => Settings.ToDictionary(s => s.Name, s => s.Values[0]);

    private static IGroupLearner Checked(IGroupLearner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        return learner;
    }
}
