namespace MLNet.MultiTask.Search;

/// <summary>
/// How noisy the mean loss of a task is, from the spread over runs of its difference to the first trial's: what all
/// trials share in a run, such as easy rows, cancels out.
/// </summary>
internal sealed class SweepNoise
{
    private IReadOnlyList<IReadOnlyList<double>>? _reference;
    private double _sum;
    private int _count;

    /// <summary>Variance of a mean over the runs; NaN while there is only one run or one trial.</summary>
    public double Variance => _count > 0 ? _sum / _count : double.NaN;

    public SweepNoise Clone() => (SweepNoise)MemberwiseClone();

    public void Add(IReadOnlyList<IReadOnlyList<double>> losses)
    {
        if (_reference is null)
        {
            _reference = losses;
            return;
        }
        int runs = Math.Min(losses.Count, _reference.Count);
        if (runs < 2)
            return;
        for (int t = 0; t < losses[0].Count; t++)
        {
            double[] differences = [.. Enumerable.Range(0, runs).Select(r => losses[r][t] - _reference[r][t])];
            double mean = differences.Average();
            if (!double.IsFinite(mean))
                continue;
            // Half of a difference's variance is one trial's.
            _sum += differences.Sum(d => (d - mean) * (d - mean)) / (runs - 1) / 2 / runs;
            _count++;
        }
    }
}
