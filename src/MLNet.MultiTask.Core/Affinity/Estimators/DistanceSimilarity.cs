namespace MLNet.MultiTask.Affinity;

/// <summary>From distances between tasks to affinities.</summary>
internal static class DistanceSimilarity
{
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
