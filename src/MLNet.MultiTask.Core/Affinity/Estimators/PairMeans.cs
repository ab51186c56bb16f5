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

    /// <summary>The affinity; a pair never measured is told.</summary>
    /// <param name="method">The estimator's name.</param>
    /// <param name="standardize">
    /// Rows in units of their own spread (see <see cref="Standardized"/>), or as measured. Of two tasks, each with one
    /// partner, values are as measured.
    /// </param>
    /// <param name="diagnostics">Null = how often pairs were measured.</param>
    public TaskAffinity ToAffinity(string method, bool standardize,
        IReadOnlyDictionary<string, double>? diagnostics = null)
    {
        int n = tasks.Count;
        standardize &= n != 2;
        double[] means = [.. _sums.Select((sum, p) => _counts[p] > 0 ? sum / _counts[p] : 0)];
        var unmeasured = new UnmeasuredPairs(tasks, (i, j) => _counts[i * n + j] == 0,
            "no batch that was looked at held both tasks' labels, and gradients that are not 0");
        return new TaskAffinity([.. tasks.Select(t => t.Name)], standardize ? Standardized(means) : means, method)
        {
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
            Diagnostics = diagnostics ?? new Dictionary<string, double>
            {
                ["measurements"] = _counts.Max(), ["minimumPairMeasurements"] = _counts.Min(),
            },
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
