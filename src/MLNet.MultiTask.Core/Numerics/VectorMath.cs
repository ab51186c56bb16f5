using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Exponential and logarithm on vectors, to about 1 ulp: reduced arguments and Cephes' polynomials (Moshier 1992).
/// </summary>
internal static class VectorMath
{
    /// <summary>e^x for x ≤ 0 (0 below −87); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ExpOfNegative(Vector256<float> x)
    {
        Vector256<float> clipped = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(-87f)),
            Vector256.Create(-87f), x);
        Vector256<float> n = Vector256.Round(clipped * 1.44269504f);
        Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-0.693359375f), clipped);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(2.12194440e-4f), r);
        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.MultiplyAddEstimate(p, r * r, r) + Vector256<float>.One;
        Vector256<int> exponent = Vector256.ConvertToInt32Native(n) + Vector256.Create(127);
        return p * Vector256.ShiftLeft(exponent, 23).AsSingle();
    }

    /// <summary>The greatest argument of <see cref="SinCos"/>.</summary>
    public const float GreatestAngle = 8192;

    /// <summary>Sine and cosine for |x| ≤ <see cref="GreatestAngle"/>, to about 2 ulp of 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Sine, Vector256<float> Cosine) SinCos(Vector256<float> x)
    {
        Vector256<float> n = Vector256.Round(x * 0.636619772f);
        // π/2 in three parts, so that the rest is exact enough.
        Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-1.5703125f), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-4.83751296997e-4f), r);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-7.54978995489e-8f), r);
        Vector256<float> square = r * r, s = Vector256.Create(-1.9515295891e-4f),
            c = Vector256.Create(2.443315711809948e-5f);
        s = Vector256.MultiplyAddEstimate(s, square, Vector256.Create(8.3321608736e-3f));
        s = Vector256.MultiplyAddEstimate(s, square, Vector256.Create(-1.6666654611e-1f));
        s = Vector256.MultiplyAddEstimate(s * square, r, r);
        c = Vector256.MultiplyAddEstimate(c, square, Vector256.Create(-1.388731625493765e-3f));
        c = Vector256.MultiplyAddEstimate(c, square, Vector256.Create(4.166664568298827e-2f));
        c = Vector256.MultiplyAddEstimate(c * square, square, Vector256<float>.One - square * 0.5f);
        Vector256<int> quadrant = Vector256.ConvertToInt32Native(n);
        Vector256<float> swap = Vector256.Equals(quadrant & Vector256<int>.One, Vector256<int>.One).AsSingle();
        Vector256<int> sineSign = Vector256.ShiftLeft(quadrant & Vector256.Create(2), 30);
        Vector256<int> cosineSign = Vector256.ShiftLeft((quadrant + Vector256<int>.One) & Vector256.Create(2), 30);
        return ((Vector256.ConditionalSelect(swap, c, s).AsInt32() ^ sineSign).AsSingle(),
            (Vector256.ConditionalSelect(swap, s, c).AsInt32() ^ cosineSign).AsSingle());
    }

    /// <summary>log(1 + x) for x from 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LogOfOnePlus(Vector256<float> x)
    {
        // Above √2 − 1 the argument is halved: log(1 + x) = log 2 + log(1 + (x − 1)/2).
        Vector256<float> large = Vector256.GreaterThan(x, Vector256.Create(0.41421356f));
        Vector256<float> f = Vector256.ConditionalSelect(large, (x - Vector256<float>.One) * 0.5f, x);
        Vector256<float> p = Vector256.Create(7.0376836292e-2f);
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.1514610310e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(1.1676998740e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.2420140846e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(1.4249322787e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.6668057665e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(2.0000714765e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-2.4999993993e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(3.3333331174e-1f));
        Vector256<float> square = f * f;
        Vector256<float> log = Vector256.MultiplyAddEstimate(p * f, square, f - square * 0.5f);
        return log + (large & Vector256.Create(0.69314718f));
    }
}
