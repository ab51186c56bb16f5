namespace MLNet.MultiTask.Affinity;

/// <summary>From distances between tasks to affinities.</summary>
internal static class DistanceSimilarity
{
    /// <summary>
    /// The affinity by distances; pairs of unknown distance, and the only pair of two tasks, are not measured.
    /// </summary>
    /// <param name="tasks">The T tasks.</param>
    /// <param name="distances">T×T, symmetric; NaN where unknown.</param>
    /// <param name="why">Why distances are unknown.</param>
    /// <param name="method">The estimator's name.</param>
    /// <param name="diagnostics">Handed on.</param>
    public static TaskAffinity ToAffinity(IReadOnlyList<TaskInfo> tasks, double[] distances, string why,
        string method, IReadOnlyDictionary<string, double> diagnostics)
    {
        int n = tasks.Count;
        var unmeasured = n == 2 ? new UnmeasuredPairs(tasks, (_, _) => true,
                "distances are compared with one another, and two tasks have one only")
            : new UnmeasuredPairs(tasks, (i, j) => double.IsNaN(distances[i * n + j]), why);
        return new TaskAffinity([.. tasks.Select(t => t.Name)],
            Affinities(n == 2 ? [0, double.NaN, double.NaN, 0] : distances, n), method)
        {
            Diagnostics = diagnostics,
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
        };
    }

    /// <summary>
    /// exp(−distance / median distance), so that the median pair has affinity 1/e; NaN (unknown) becomes 0, the
    /// diagonal 1. Where more than half of the pairs are at distance 0 the mean takes the median's place.
    /// </summary>
    /// <param name="distances">T×T, symmetric; NaN where unknown.</param>
    /// <param name="n">T.</param>
    public static double[] Affinities(double[] distances, int n)
    {
        var known = new List<double>();
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                if (!double.IsNaN(distances[i * n + j]))
                    known.Add(distances[i * n + j]);
        known.Sort();
        double unit = known.Count == 0 ? 1 : known[known.Count / 2];
        if (unit == 0)
            unit = known.Average() is > 0 and var mean ? mean : 1;
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                values[i * n + j] = i == j ? 1 : double.IsNaN(distances[i * n + j]) ? 0
                    : Math.Exp(-distances[i * n + j] / unit);
        return values;
    }
}
