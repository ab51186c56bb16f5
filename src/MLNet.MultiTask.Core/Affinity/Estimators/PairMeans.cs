namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Mean over measurements of a value per ordered pair of tasks; a pair counts only where it was measured.
/// </summary>
internal sealed class PairMeans(IReadOnlyList<TaskInfo> tasks)
{
    private readonly double[] _sums = new double[tasks.Count * tasks.Count];
    private readonly int[] _counts = new int[tasks.Count * tasks.Count];

    public void Add(int target, int source, double value)
    {
        _sums[target * tasks.Count + source] += value;
        _counts[target * tasks.Count + source]++;
    }

    /// <summary>The affinity; 0 for a pair never measured.</summary>
    /// <param name="method">The estimator's name.</param>
    /// <param name="standardize">
    /// Rows in units of their own spread (see <see cref="Standardized"/>), or as measured.
    /// </param>
    public TaskAffinity ToAffinity(string method, bool standardize)
    {
        double[] means = [.. _sums.Select((sum, p) => _counts[p] > 0 ? sum / _counts[p] : 0)];
        return new TaskAffinity([.. tasks.Select(t => t.Name)], standardize ? Standardized(means) : means, method)
        {
            Diagnostics = new Dictionary<string, double> { ["measurements"] = _counts.Max(),
                ["minimumPairMeasurements"] = _counts.Min() },
        };
    }

    /// <summary>
    /// Every row less the mean of its off-diagonal entries, over their standard deviation; the diagonal, which says
    /// nothing about partners, becomes 0. So a task of large gradients does not decide the grouping alone.
    /// </summary>
    private double[] Standardized(double[] means)
    {
        int n = tasks.Count;
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            double[] others = [.. Enumerable.Range(0, n).Where(j => j != i && _counts[i * n + j] > 0).Select(j =>
                means[i * n + j])];
            double mean = others.Length == 0 ? 0 : others.Average();
            double deviation = others.Length == 0 ? 0 : Math.Sqrt(others.Average(v => (v - mean) * (v - mean)));
            for (int j = 0; j < n; j++)
                if (j != i && _counts[i * n + j] > 0 && deviation > 1e-9 * Math.Abs(mean))
                    values[i * n + j] = (means[i * n + j] - mean) / deviation;
        }
        return values;
    }
}
