using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Numerics;

/// <summary>Products of stored floats with doubles, summed in double over fixed lanes.</summary>
internal static class WideProducts
{
    /// <summary>Σ x_i·w_i.</summary>
    public static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<double> w)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(w.Length, x.Length);
        Vector256<double> low = default, high = default;
        int i = 0;
        for (; i + 8 <= x.Length; i += 8)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Create(x[i..]));
            low += a * Vector256.Create(w[i..]);
            high += b * Vector256.Create(w[(i + 4)..]);
        }
        double sum = Vector256.Sum(low + high);
        for (; i < x.Length; i++)
            sum += x[i] * w[i];
        return sum;
    }

    /// <summary>y += a·x.</summary>
    public static void AddScaled(double a, ReadOnlySpan<float> x, Span<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        Vector256<double> factor = Vector256.Create(a);
        int i = 0;
        for (; i + 8 <= x.Length; i += 8)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(x[i..]));
            (Vector256.Create<double>(y[i..]) + factor * low).CopyTo(y[i..]);
            (Vector256.Create<double>(y[(i + 4)..]) + factor * high).CopyTo(y[(i + 4)..]);
        }
        for (; i < x.Length; i++)
            y[i] += a * x[i];
    }
}
