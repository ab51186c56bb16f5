namespace MLNet.MultiTask.Numerics;

/// <summary>
/// The signed-rank test of Wilcoxon (1945) for paired samples: exact up to 25 differences without ties, else by the
/// normal approximation with correction for ties and continuity. Differences of 0 are left out.
/// </summary>
internal static class WilcoxonSignedRank
{
    private const int MostExact = 25;

    /// <summary>
    /// The probability, were the differences symmetric around 0, of a sum of positive ranks as large as this; small =
    /// the differences are surely positive. 1 where there is no difference.
    /// </summary>
    public static double PositiveTail(IEnumerable<double> differences)
    {
        double[] d = [.. differences.Where(x => x != 0 && double.IsFinite(x)).OrderBy(Math.Abs)];
        if (d.Length == 0)
            return 1;
        double positive = 0, ties = 0;
        for (int from = 0; from < d.Length;)
        {
            int to = from;
            while (to < d.Length && Math.Abs(d[to]) == Math.Abs(d[from]))
                to++;
            double size = to - from, rank = (from + 1 + to) / 2.0;
            ties += size * (size * size - 1);
            for (int i = from; i < to; i++)
                positive += d[i] > 0 ? rank : 0;
            from = to;
        }
        return ties == 0 && d.Length <= MostExact ? Exact(d.Length, (int)positive) : Normal(d.Length, positive, ties);
    }

    /// <summary>P(W ≥ w) by counting the subsets of the ranks 1 … n with each sum.</summary>
    private static double Exact(int n, int w)
    {
        var ways = new double[n * (n + 1) / 2 + 1];
        ways[0] = 1;
        for (int rank = 1; rank <= n; rank++)
            for (int sum = ways.Length - 1; sum >= rank; sum--)
                ways[sum] += ways[sum - rank];
        return ways.Skip(w).Sum() / Math.Pow(2, n);
    }

    private static double Normal(int n, double w, double ties)
    {
        double mean = n * (n + 1) / 4.0;
        double variance = n * (n + 1) * (2.0 * n + 1) / 24 - ties / 48;
        return UpperTail((w - mean - 0.5) / Math.Sqrt(variance));
    }

    /// <summary>P(Z ≥ z) to 1e-7 (Abramowitz, Stegun 1964, 26.2.17).</summary>
    private static double UpperTail(double z)
    {
        double t = 1 / (1 + 0.2316419 * Math.Abs(z));
        double tail = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * t * (0.319381530 + t * (-0.356563782
            + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z >= 0 ? tail : 1 - tail;
    }
}
