namespace MLNet.MultiTask.Affinity;

/// <summary>How a proposal's groups did when they were trained; lower is better.</summary>
/// <param name="ByDraw">Per draw.</param>
/// <param name="Without">Per fold of the validation rows the mean over draws without it; empty = there are
/// none.</param>
internal sealed record TrialScore(double[] ByDraw, double[] Without)
{
    /// <summary>Over all draws.</summary>
    public double Mean { get; } = ByDraw.Average();

    /// <summary>
    /// Jackknife variance of the difference to another over what validation rows there might have been; 0 without
    /// folds.
    /// </summary>
    public double FoldVariance(TrialScore other)
    {
        double[] differences = [.. Without.Zip(other.Without, (own, others) => own - others)];
        if (differences.Length == 0)
            return 0;
        double mean = differences.Average();
        return (differences.Length - 1.0) / differences.Length * differences.Sum(d => (d - mean) * (d - mean));
    }
}
