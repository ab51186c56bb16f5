namespace MLNet.MultiTask.Evaluation;

/// <summary>The threshold of P(true) that serves a binary task best on some cells.</summary>
internal static class ThresholdTuner
{
    /// <summary>
    /// Of the thresholds between two neighbouring probabilities the best; of equally good ones that nearest to 0.5.
    /// </summary>
    public static float Tune(ReadOnlySpan<float> probabilities, BinaryCells cells, ThresholdObjective objective)
    {
        float[] p = probabilities.ToArray();
        int[] order = [.. Enumerable.Range(0, p.Length).OrderByDescending(i => p[i])];
        double hits = 0, flagged = 0, best = double.NegativeInfinity;
        float threshold = 0.5f;
        // Nothing is predicted true above the greatest probability, then one probability after the other joins.
        for (int i = 0; i <= order.Length;)
        {
            float above = i == 0 ? 1 : p[order[i - 1]], below = i == order.Length ? 0 : p[order[i]];
            float between = above == below ? above : NearestToHalf(below, above);
            double value = Value(objective, cells, hits, flagged);
            if (above > below && (value > best
                || (value == best && Math.Abs(between - 0.5f) < Math.Abs(threshold - 0.5f))))
                (best, threshold) = (value, between);
            if (i == order.Length)
                break;
            for (float same = p[order[i]]; i < order.Length && p[order[i]] == same; i++)
            {
                flagged += cells.Weights[order[i]];
                hits += cells.IsPositive[order[i]] ? cells.Weights[order[i]] : 0;
            }
        }
        return threshold;
    }

    /// <summary>What predicting true for cells of some weight is worth.</summary>
    public static double Value(ThresholdObjective objective, BinaryCells cells, double hits, double flagged)
    {
        double positives = cells.PositiveWeight, negatives = cells.NegativeWeight;
        double rejected = negatives - (flagged - hits);
        return objective switch
        {
            ThresholdObjective.F1Score => flagged + positives > 0 ? 2 * hits / (flagged + positives) : 0,
            ThresholdObjective.BalancedAccuracy => (hits / positives + rejected / negatives) / 2,
            _ => (hits + rejected) / (positives + negatives),
        };
    }

    // Half itself where it lies between the two, otherwise the middle; of neighbouring numbers the lower one.
    private static float NearestToHalf(float below, float above)
    {
        float middle = below < 0.5f && above > 0.5f ? 0.5f : below + (above - below) / 2;
        return middle < above ? middle : below;
    }
}
