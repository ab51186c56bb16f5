using System.Numerics.Tensors;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// How a tabular network reads its features: (x − centre)·factor, and where asked the smooth clip z/√(1 + (z/3)²),
/// which keeps all values between −3 and 3.
/// </summary>
/// <param name="Centers">Per feature.</param>
/// <param name="Factors">Per feature; 0 for one that is constant in the training rows.</param>
/// <param name="SmoothClip">Whether values are clipped.</param>
internal sealed record FeatureScaling(float[] Centers, float[] Factors, bool SmoothClip)
{
    private const float Limit = 3;

    /// <summary>Scales one row; the result may not overlap the row.</summary>
    public void Apply(ReadOnlySpan<float> row, Span<float> result)
    {
        TensorPrimitives.Subtract(row, Centers, result);
        TensorPrimitives.Multiply(result, Factors, result);
        for (int i = 0; SmoothClip && i < result.Length; i++)
            result[i] = Clip(result[i]);
    }

    /// <summary>Scales values of one feature, in place.</summary>
    public void Apply(int feature, Span<float> values)
    {
        foreach (ref float x in values)
        {
            x = (x - Centers[feature]) * Factors[feature];
            x = SmoothClip ? Clip(x) : x;
        }
    }

    // Of the greatest numbers the square is infinite.
    private static float Clip(float z)
    {
        float share = Math.Clamp(z / Limit, -1e15f, 1e15f);
        return Limit * share / MathF.Sqrt(1 + share * share);
    }

    /// <summary>
    /// Median and quartiles of the training rows; where the quartiles are equal, the range (RealMLP, Holzmüller,
    /// Grinsztajn, Steinwart 2024).
    /// </summary>
    public static FeatureScaling Robust(TaskTable table, int[] rows) => Measure(table, rows, true, column =>
    {
        float median = Quantile(column, 0.5), spread = Quantile(column, 0.75) - Quantile(column, 0.25);
        return (median, spread > 0 ? 1 / spread : column[^1] > column[0] ? 2 / (column[^1] - column[0]) : 0);
    });

    /// <summary>Mean and standard deviation of the training rows, without clip.</summary>
    public static FeatureScaling Standard(TaskTable table, int[] rows) => Measure(table, rows, false, column =>
    {
        double mean = 0, squares = 0;
        foreach (float x in column)
            mean += (double)x / column.Length;
        foreach (float x in column)
            squares += (x - mean) * (x - mean) / column.Length;
        return ((float)mean, column[^1] > column[0] ? (float)(1 / Math.Sqrt(squares)) : 0);
    });

    /// <summary>The q-quantile of sorted values, linear between neighbours.</summary>
    public static float Quantile(ReadOnlySpan<float> sorted, double q)
    {
        double place = q * (sorted.Length - 1);
        int below = (int)place;
        float rest = (float)(place - below);
        return rest == 0 ? sorted[below] : sorted[below] + rest * (sorted[below + 1] - sorted[below]);
    }

    private static FeatureScaling Measure(TaskTable table, int[] rows, bool clip,
        Func<float[], (float Center, float Factor)> ofSorted)
    {
        float[] centers = new float[table.FeatureCount], factors = new float[centers.Length];
        var all = new float[table.RowCount];
        for (int c = 0; c < centers.Length; c++)
        {
            table.Features.CopyColumn(c, all);
            float[] column = [.. rows.Select(row => all[row])];
            Array.Sort(column);
            (float center, float factor) = ofSorted(column);
            (centers[c], factors[c]) = (center, float.IsFinite(factor) ? factor : 0);
        }
        return new FeatureScaling(centers, factors, clip);
    }
}
