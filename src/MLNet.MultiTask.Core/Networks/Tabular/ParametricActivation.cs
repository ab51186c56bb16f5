using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>x + a·(σ(x) − x) of a row of units. A number's bits depend on its own x and a only.</summary>
internal static class ParametricActivation
{
    private const float SeluScale = 1.05070099f, SeluAlpha = 1.67326324f;

    /// <param name="kind">σ.</param>
    /// <param name="sums">x.</param>
    /// <param name="slopes">a.</param>
    /// <param name="result">May be <paramref name="sums"/>.</param>
    public static void Forward(NetworkActivation kind, ReadOnlySpan<float> sums, ReadOnlySpan<float> slopes,
        Span<float> result)
    {
        Span<float> x = stackalloc float[8], a = stackalloc float[8];
        for (int j = 0; j < sums.Length; j += 8)
        {
            int count = Load(sums, slopes, j, x, a);
            Vector256<float> own = Vector256.Create<float>(x), share = Vector256.Create<float>(a);
            (Vector256<float> value, _) = Evaluate(kind, own);
            (own + share * (value - own)).CopyTo(x);
            x[..count].CopyTo(result[j..]);
        }
    }

    /// <summary>From the gradient by the results to that by x, in place, and that by a.</summary>
    public static void Backward(NetworkActivation kind, ReadOnlySpan<float> sums, ReadOnlySpan<float> slopes,
        Span<float> signals, Span<float> slopeSignals)
    {
        Span<float> x = stackalloc float[8], a = stackalloc float[8], s = stackalloc float[8];
        for (int j = 0; j < sums.Length; j += 8)
        {
            int count = Load(sums, slopes, j, x, a);
            signals.Slice(j, count).CopyTo(s);
            Vector256<float> own = Vector256.Create<float>(x), signal = Vector256.Create<float>(s);
            (Vector256<float> value, Vector256<float> derivative) = Evaluate(kind, own);
            ((value - own) * signal).CopyTo(x);
            ((Vector256<float>.One + Vector256.Create<float>(a) * (derivative - Vector256<float>.One)) * signal)
                .CopyTo(s);
            s[..count].CopyTo(signals[j..]);
            x[..count].CopyTo(slopeSignals[j..]);
        }
    }

    private static int Load(ReadOnlySpan<float> sums, ReadOnlySpan<float> slopes, int at, Span<float> x, Span<float> a)
    {
        int count = Math.Min(8, sums.Length - at);
        sums.Slice(at, count).CopyTo(x);
        slopes.Slice(at, count).CopyTo(a);
        return count;
    }

    // All from u = e^−|x|, which cannot overflow.
    private static (Vector256<float> Value, Vector256<float> Derivative) Evaluate(NetworkActivation kind,
        Vector256<float> x)
    {
        Vector256<float> one = Vector256<float>.One, u = VectorMath.ExpOfNegative(-Vector256.Abs(x));
        Vector256<float> positive = Vector256.GreaterThanOrEqual(x, Vector256<float>.Zero);
        if (kind == NetworkActivation.Selu)
            return (Vector256.ConditionalSelect(positive, x * SeluScale, (u - one) * (SeluScale * SeluAlpha)),
                Vector256.ConditionalSelect(positive, Vector256.Create(SeluScale), u * (SeluScale * SeluAlpha)));
        Vector256<float> n = Vector256.ConditionalSelect(positive, one + u + u, u * u + u + u);
        Vector256<float> tanh = n / (n + Vector256.ConditionalSelect(positive, u * u * 2, Vector256.Create(2f)));
        Vector256<float> sigmoid = Vector256.ConditionalSelect(positive, one, u) / (one + u);
        return (x * tanh, tanh + x * (one - tanh * tanh) * sigmoid);
    }
}
