namespace MLNet.MultiTask.Trees;

/// <summary>
/// How a number becomes a bin: bin b holds the values in (edge b−1, edge b], the bin after the last one holds NaN.
/// </summary>
internal sealed class FeatureBins
{
    /// <summary>Bins are counted in a byte, and one is for missing values.</summary>
    public const int MaxCount = 255;

    private FeatureBins(float[] edges) => Edges = edges;

    /// <summary>Inclusive upper bounds, ascending; values above the last are in the last bin.</summary>
    public float[] Edges { get; }

    /// <summary>Bins of values, at least 1.</summary>
    public int Count => Edges.Length + 1;

    /// <summary>The bin of NaN.</summary>
    public int Missing => Count;

    /// <summary>
    /// One bin per distinct value where there are few; otherwise bins of about equal weight, in which a value that
    /// fills a bin alone has one.
    /// </summary>
    /// <param name="values">Any order, NaN = missing; sorted in place.</param>
    /// <param name="maxCount">Most bins, 2 … 255.</param>
    public static FeatureBins Of(Span<float> values, int maxCount)
    {
        values.Sort();
        // NaN sorts first.
        int first = 0;
        while (first < values.Length && float.IsNaN(values[first]))
            first++;
        ReadOnlySpan<float> sorted = values[first..];
        int distinct = 0;
        for (int i = 0; i < sorted.Length; i++)
            distinct += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
        return new FeatureBins(distinct <= maxCount ? AllValues(sorted) : Quantiles(sorted, maxCount));
    }

    /// <summary>The bin of a value.</summary>
    public int Bin(float value)
    {
        if (float.IsNaN(value))
            return Missing;
        int low = 0, high = Edges.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (value <= Edges[middle])
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private static float[] AllValues(ReadOnlySpan<float> sorted)
    {
        var edges = new List<float>();
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i] != sorted[i - 1])
                edges.Add(Between(sorted[i - 1], sorted[i]));
        return [.. edges];
    }

    private static float[] Quantiles(ReadOnlySpan<float> sorted, int maxCount)
    {
        var edges = new List<float>(maxCount - 1);
        int left = sorted.Length, held = 0;
        for (int i = 0; i < sorted.Length && edges.Count < maxCount - 1;)
        {
            int end = i;
            while (end < sorted.Length && sorted[end] == sorted[i])
                end++;
            double target = (double)left / (maxCount - edges.Count);
            // A heavy value does not share its bin with the light ones before it.
            if (held > 0 && (held >= target || end - i >= target))
            {
                edges.Add(Between(sorted[i - 1], sorted[i]));
                (left, held) = (left - held, 0);
            }
            held += end - i;
            i = end;
        }
        return [.. edges];
    }

    /// <summary>A float in [low, high): the middle, as far as floats allow.</summary>
    private static float Between(float low, float high)
    {
        float middle = (float)(((double)low + high) / 2);
        return middle >= low && middle < high ? middle : low;
    }
}
