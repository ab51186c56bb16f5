namespace MLNet.MultiTask.Grouping;

/// <summary>A trained candidate of <see cref="GroupCountSearch"/>.</summary>
/// <param name="Grouping">The grouping.</param>
/// <param name="Scores">One score per seed; higher is better.</param>
public sealed record GroupCountCandidate(TaskGrouping Grouping, IReadOnlyList<double> Scores)
{
    /// <summary>Mean score over the seeds.</summary>
    public double Mean => Scores.Average();

    /// <summary>Standard error of the mean; NaN for a single seed.</summary>
    public double StandardError => GroupCountSearchResult.StandardErrorOf(Scores);
}

/// <summary>The curve of scores over the number of groups, and what it says.</summary>
/// <param name="curve">Candidates, at least one, with equal numbers of scores.</param>
public sealed class GroupCountSearchResult(IReadOnlyList<GroupCountCandidate> curve)
{
    /// <summary>All candidates, by number of groups.</summary>
    public IReadOnlyList<GroupCountCandidate> Curve { get; } = curve;

    /// <summary>The candidate of the highest mean score; among equals the one with fewest groups.</summary>
    public GroupCountCandidate Best { get; } =
        curve.OrderByDescending(c => c.Mean).ThenBy(c => c.Grouping.Count).First();

    /// <summary>
    /// The candidate with fewest groups that is no more than one standard error of the difference below <see
    /// cref="Best"/>; with a single seed the noise is unknown and this is <see cref="Best"/>.
    /// </summary>
    public GroupCountCandidate FewestWithinNoise => Curve.OrderBy(c => c.Grouping.Count).ThenByDescending(c => c.Mean)
        .First(c => c == Best || Difference(c) is var (mean, error) && mean <= error);

    /// <summary>
    /// How far a candidate is below <see cref="Best"/>, seed by seed: mean difference and its standard error (NaN for
    /// one seed).
    /// </summary>
    public (double Mean, double StandardError) Difference(GroupCountCandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        double[] differences = [.. Best.Scores.Zip(candidate.Scores, (b, c) => b - c)];
        return (differences.Average(), StandardErrorOf(differences));
    }

    internal static double StandardErrorOf(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) / values.Count);
    }
}
