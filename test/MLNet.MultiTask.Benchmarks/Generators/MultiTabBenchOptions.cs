namespace MLNet.MultiTask.Benchmarks.Generators;

/// <summary>What <see cref="MultiTabBench"/> generates.</summary>
internal sealed class MultiTabBenchOptions
{
    /// <summary>Number of rows n, at least 1.</summary>
    /// <value>The default value is 2000.</value>
    public int Rows { get; set; } = 2000;

    /// <summary>Number of features d; at least 1 + groups + tasks.</summary>
    /// <value>The default value is 32.</value>
    public int Features { get; set; } = 32;

    /// <summary>Tasks in each planted group; every size at least 1.</summary>
    /// <value>The default value is three groups of four.</value>
    public IReadOnlyList<int> GroupSizes { get; set; } = [4, 4, 4];

    /// <summary>
    /// Cosine between the directions of two tasks of one group, in [<see cref="BetweenCorrelation"/>, 1].
    /// </summary>
    /// <value>The default value is 0.8.</value>
    public double WithinCorrelation { get; set; } = 0.8;

    /// <summary>Cosine between the directions of two tasks of different groups, in [0, 1].</summary>
    /// <value>The default value is 0.05.</value>
    public double BetweenCorrelation { get; set; } = 0.05;

    /// <summary>Polynomial degrees, taken in turn by the tasks of a group; each from 1 to 4.</summary>
    /// <value>The default value is 1, 2, 3.</value>
    public IReadOnlyList<int> Degrees { get; set; } = [1, 2, 3];

    /// <summary>Standard deviation of the label noise in units of the signal's; at least 0.</summary>
    /// <value>The default value is 0.1.</value>
    public double Noise { get; set; } = 0.1;

    /// <summary>
    /// Whether the correlation of labels misleads: every task is one Hermite polynomial of its direction, so that tasks
    /// of equal directions and unlike degrees have uncorrelated labels, and the noise of tasks with the same place in
    /// different groups is shared.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool LabelsMislead { get; set; }

    /// <summary>Regression, or Binary: 1 where the value is positive.</summary>
    /// <value>The default value is <see cref="TaskKind.Regression"/>.</value>
    public TaskKind Kind { get; set; } = TaskKind.Regression;

    /// <summary>Seed of directions, features and noise.</summary>
    /// <value>The default value is 1.</value>
    public ulong Seed { get; set; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rows, 1);
        if (GroupSizes.Count == 0 || GroupSizes.Any(s => s < 1))
            throw new ArgumentOutOfRangeException(nameof(GroupSizes), string.Join(',', GroupSizes),
                "Every planted group needs a task");
        if (Degrees.Count == 0 || Degrees.Any(k => k is < 1 or > 4))
            throw new ArgumentOutOfRangeException(nameof(Degrees), string.Join(',', Degrees),
                "Degrees must be from 1 to 4");
        if (!(BetweenCorrelation >= 0 && BetweenCorrelation <= 1))
            throw new ArgumentOutOfRangeException(nameof(BetweenCorrelation), BetweenCorrelation,
                "BetweenCorrelation must be in [0, 1]");
        if (!(WithinCorrelation >= BetweenCorrelation && WithinCorrelation <= 1))
            throw new ArgumentOutOfRangeException(nameof(WithinCorrelation), WithinCorrelation,
                $"WithinCorrelation must be in [BetweenCorrelation, 1] = [{BetweenCorrelation}, 1]");
        if (!(Noise >= 0 && double.IsFinite(Noise)))
            throw new ArgumentOutOfRangeException(nameof(Noise), Noise, "Noise must be finite and not negative");
        if (Kind == TaskKind.Multiclass)
            throw new ArgumentOutOfRangeException(nameof(Kind), Kind, "Kind must be Regression or Binary");
        int needed = 1 + GroupSizes.Count + GroupSizes.Sum();
        if (Features < needed)
            throw new ArgumentOutOfRangeException(nameof(Features), Features,
                $"Features must be at least 1 + groups + tasks = {needed}");
    }
}
