namespace MLNet.MultiTask.Evaluation;

/// <summary>
/// Isotonic regression (Zadrozny, Elkan 2002): the non-decreasing function of the margin nearest to the labels in
/// squares, by pooling adjacent violators; linear between the pools' ends, constant outside.
/// </summary>
internal sealed record IsotonicCalibrator(float[] Margins, float[] Probabilities) : ICalibrator
{
    public static IsotonicCalibrator Fit(BinaryCells cells)
    {
        List<Pool> pools = [];
        foreach (Pool own in Distinct(cells))
        {
            pools.Add(own);
            while (pools.Count > 1 && pools[^2].Mean >= pools[^1].Mean)
            {
                Pool last = pools[^1], before = pools[^2];
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add(new Pool(before.First, last.Last, before.Positive + last.Positive,
                    before.Weight + last.Weight));
            }
        }
        List<float> margins = [], probabilities = [];
        foreach (Pool pool in pools)
        {
            margins.Add(pool.First);
            probabilities.Add((float)pool.Mean);
            if (pool.Last == pool.First)
                continue;
            margins.Add(pool.Last);
            probabilities.Add((float)pool.Mean);
        }
        return new IsotonicCalibrator([.. margins], [.. probabilities]);
    }

    public float Probability(float margin)
    {
        if (float.IsNaN(margin))
            return float.NaN;
        int at = Array.BinarySearch(Margins, margin);
        if (at >= 0)
            return Probabilities[at];
        int above = ~at;
        if (above == 0)
            return Probabilities[0];
        if (above == Margins.Length)
            return Probabilities[^1];
        float share = (margin - Margins[above - 1]) / (Margins[above] - Margins[above - 1]);
        return Probabilities[above - 1] + share * (Probabilities[above] - Probabilities[above - 1]);
    }

    private static IEnumerable<Pool> Distinct(BinaryCells cells)
    {
        int[] order = [.. Enumerable.Range(0, cells.Count).OrderBy(c => cells.Margins[c])];
        for (int i = 0; i < order.Length;)
        {
            float margin = cells.Margins[order[i]];
            double positive = 0, weight = 0;
            for (; i < order.Length && cells.Margins[order[i]] == margin; i++)
            {
                weight += cells.Weights[order[i]];
                positive += cells.IsPositive[order[i]] ? cells.Weights[order[i]] : 0;
            }
            yield return new Pool(margin, margin, positive, weight);
        }
    }

    private readonly record struct Pool(float First, float Last, double Positive, double Weight)
    {
        public double Mean => Positive / Weight;
    }
}
