namespace MLNet.MultiTask.Numerics;

/// <summary>Correlation of two columns of numbers.</summary>
internal static class Correlation
{
    /// <summary>
    /// Pearson's correlation in [−1, 1]; 0 where a column is constant or fewer than two entries have weight.
    /// </summary>
    /// <param name="x">Finite numbers.</param>
    /// <param name="y">Finite numbers, as many.</param>
    /// <param name="weights">Not negative, as many; empty = all 1.</param>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> weights = default)
    {
        if (x.Length != y.Length || (!weights.IsEmpty && weights.Length != x.Length))
            throw new ArgumentException(
                $"Columns of {x.Length}, {y.Length} and {weights.Length} entries cannot be correlated");
        if (x.IsEmpty)
            return 0;
        // Differences from the first entry keep a constant column exactly constant.
        double total = 0, sumX = 0, sumY = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double w = weights.IsEmpty ? 1 : weights[i];
            total += w;
            sumX += w * (x[i] - x[0]);
            sumY += w * (y[i] - y[0]);
        }
        double meanX = sumX / total, meanY = sumY / total, xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double w = weights.IsEmpty ? 1 : weights[i], dx = x[i] - x[0] - meanX, dy = y[i] - y[0] - meanY;
            xx += w * dx * dx;
            yy += w * dy * dy;
            xy += w * dx * dy;
        }
        return xx > 0 && yy > 0 ? Math.Clamp(xy / Math.Sqrt(xx) / Math.Sqrt(yy), -1, 1) : 0;
    }

    /// <summary>Spearman's correlation: Pearson's of the ranks.</summary>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Pearson(Ranks(x), Ranks(y));

    /// <summary>Ranks from 1; equal values share their mean rank.</summary>
    public static double[] Ranks(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray(), ranks = new double[values.Length];
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(sorted, order);
        for (int from = 0, to; from < sorted.Length; from = to)
        {
            for (to = from + 1; to < sorted.Length && sorted[to] == sorted[from];)
                to++;
            for (int i = from; i < to; i++)
                ranks[order[i]] = (from + to + 1) / 2.0;
        }
        return ranks;
    }
}
