using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// One number x as 12 sums w·x + b + Σ v·clip((x − edge)/width, 0, 1) over bins; the first bin has no lower limit, the
/// last no upper one. Parameters: 12 w, 12 b, then 12×bins weights v.
/// </summary>
internal static class PiecewiseLinearEmbedding
{
    public const int Outputs = 12;

    /// <summary>Most bins of a feature.</summary>
    public const int MaxBins = 48;

    public static int ParameterCount(int bins) => Outputs * (2 + bins);

    /// <summary>w and b uniform in ±1/√12, v = 0: it begins as lines.</summary>
    public static void Initialize(Span<float> parameters, ref RandomStream random)
    {
        float bound = 1 / MathF.Sqrt(Outputs);
        parameters.Clear();
        foreach (ref float weight in parameters[..(2 * Outputs)])
            weight = (2 * random.NextSingle() - 1) * bound;
    }

    /// <summary>
    /// Different quantiles of sorted values, ascending: one more than there are bins; none of a constant.
    /// </summary>
    public static float[] Edges(ReadOnlySpan<float> sorted)
    {
        var edges = new List<float>();
        for (int i = 0; i <= MaxBins; i++)
            if (FeatureScaling.Quantile(sorted, (double)i / MaxBins) is var edge && (i == 0 || edge > edges[^1]))
                edges.Add(edge);
        return edges.Count > 1 ? [.. edges] : [];
    }

    /// <param name="parameters">The embedding's.</param>
    /// <param name="edges">One more than bins.</param>
    /// <param name="x">The number.</param>
    /// <param name="outputs">12 numbers.</param>
    public static void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> edges, float x, Span<float> outputs)
    {
        int bins = edges.Length - 1;
        for (int j = 0; j < Outputs; j++)
            outputs[j] = parameters[j] * x + parameters[Outputs + j];
        for (int m = 0; m < bins; m++)
            if (Share(edges, m, x) is var share && share != 0)
                Add(outputs, parameters.Slice((2 + m) * Outputs, Outputs), share);
    }

    /// <summary>Adds the gradient by the parameters, from that by the outputs.</summary>
    public static void Backward(ReadOnlySpan<float> edges, float x, ReadOnlySpan<float> signals, Span<float> gradient)
    {
        for (int j = 0; j < Outputs; j++)
        {
            gradient[j] += signals[j] * x;
            gradient[Outputs + j] += signals[j];
        }
        for (int m = 0; m < edges.Length - 1; m++)
            if (Share(edges, m, x) is var share && share != 0)
                Add(gradient.Slice((2 + m) * Outputs, Outputs), signals, share);
    }

    private static void Add(Span<float> to, ReadOnlySpan<float> from, float factor)
    {
        for (int j = 0; j < Outputs; j += Vector128<float>.Count)
            (Vector128.Create<float>(to[j..]) + Vector128.Create(from[j..]) * factor).CopyTo(to[j..]);
    }

    private static float Share(ReadOnlySpan<float> edges, int bin, float x)
    {
        float share = (x - edges[bin]) / (edges[bin + 1] - edges[bin]);
        if (bin > 0)
            share = MathF.Max(0, share);
        return bin < edges.Length - 2 ? MathF.Min(1, share) : share;
    }
}
