namespace MLNet.MultiTask.Evaluation;

/// <summary>Metrics of the order in which scores put positives and negatives; equal scores share their place.</summary>
internal static class RankingMetrics
{
    /// <summary>
    /// Weighted share of (positive, negative) pairs in the right order, ties counting one half: the Mann–Whitney form
    /// of the area under the ROC curve. NaN when only one class is present.
    /// </summary>
    public static double Auc(ReadOnlySpan<bool> positive, ReadOnlySpan<double> score, ReadOnlySpan<double> weight)
    {
        double below = 0, pairs = 0, positives = 0;
        foreach (Tie tie in Ties(positive, score, weight))
        {
            pairs += tie.Positive * (below + tie.Negative / 2);
            below += tie.Negative;
            positives += tie.Positive;
        }
        return positives > 0 && below > 0 ? pairs / (positives * below) : double.NaN;
    }

    /// <summary>
    /// Average precision Σ (Rₙ − Rₙ₋₁)·Pₙ over distinct thresholds, highest first. NaN without positives or negatives.
    /// </summary>
    public static double AveragePrecision(
        ReadOnlySpan<bool> positive, ReadOnlySpan<double> score, ReadOnlySpan<double> weight)
    {
        double found = 0, flagged = 0, sum = 0;
        List<Tie> ties = Ties(positive, score, weight);
        for (int i = ties.Count - 1; i >= 0; i--)
        {
            found += ties[i].Positive;
            flagged += ties[i].Positive + ties[i].Negative;
            sum += ties[i].Positive * found / flagged;
        }
        return found > 0 && flagged > found ? sum / found : double.NaN;
    }

    /// <summary>Weight of positives and negatives at each distinct score, ascending.</summary>
    private static List<Tie> Ties(ReadOnlySpan<bool> positive, ReadOnlySpan<double> score, ReadOnlySpan<double> weight)
    {
        double[] sorted = score.ToArray();
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        var ties = new List<Tie>();
        for (int i = 0; i < order.Length;)
        {
            double value = sorted[i], positives = 0, negatives = 0;
            for (; i < order.Length && sorted[i] == value; i++)
                if (positive[order[i]])
                    positives += weight[order[i]];
                else
                    negatives += weight[order[i]];
            ties.Add(new Tie(positives, negatives));
        }
        return ties;
    }

    private readonly record struct Tie(double Positive, double Negative);
}
