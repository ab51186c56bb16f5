namespace MLNet.MultiTask.Affinity;

/// <summary>
/// What several affinities agree on: the sum of their pair effects, each in units of its own spread. Their errors have
/// different sources, so that those of one seldom survive. An affinity that tells no pairs apart has no say.
/// </summary>
internal static class ConsensusAffinity
{
    /// <summary>Two-way centred; the diagonal is 0.</summary>
    public static TaskAffinity Of(IReadOnlyList<TaskAffinity> parts, string method)
    {
        int n = parts[0].Count;
        var sum = new double[n * n];
        foreach (TaskAffinity part in parts)
        {
            PairEffects effects = PairEffects.Of(part);
            double spread = Spread(n, (i, j) => effects[i, j]);
            // Differences at the level of rounding are none.
            if (!(spread > 1e-9 * Spread(n, (i, j) => part[i, j])))
                continue;
            for (int p = 0; p < sum.Length; p++)
                sum[p] += effects[p / n, p % n] / spread;
        }
        return new TaskAffinity(parts[0].TaskNames, sum, method);
    }

    private static double Spread(int n, Func<int, int, double> value)
    {
        double squares = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                squares += i == j ? 0 : value(i, j) * value(i, j);
        return Math.Sqrt(squares / Math.Max(1, n * (n - 1)));
    }
}
