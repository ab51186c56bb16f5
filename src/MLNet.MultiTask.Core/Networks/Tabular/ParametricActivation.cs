using System.Runtime.CompilerServices;
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
    /// <param name="bySum">The derivative by x; empty = not wanted.</param>
    /// <param name="bySlope">The derivative by a; wanted with the other.</param>
    public static void Forward(NetworkActivation kind, ReadOnlySpan<float> sums, ReadOnlySpan<float> slopes,
        Span<float> result, Span<float> bySum = default, Span<float> bySlope = default)
    {
        int whole = sums.Length - sums.Length % 8;
        for (int j = 0; j < whole; j += 8)
        {
            (Vector256<float> value, Vector256<float> sum, Vector256<float> slope) =
                Apply(kind, Vector256.Create(sums[j..]), Vector256.Create(slopes[j..]));
            value.CopyTo(result[j..]);
            if (bySum.IsEmpty)
                continue;
            sum.CopyTo(bySum[j..]);
            slope.CopyTo(bySlope[j..]);
        }
        int rest = sums.Length - whole;
        if (rest == 0)
            return;
        Span<float> x = stackalloc float[8], a = stackalloc float[8];
        sums[whole..].CopyTo(x);
        slopes[whole..].CopyTo(a);
        (Vector256<float> lastValue, Vector256<float> lastSum, Vector256<float> lastSlope) =
            Apply(kind, Vector256.Create<float>(x), Vector256.Create<float>(a));
        Store(lastValue, result);
        if (bySum.IsEmpty)
            return;
        Store(lastSum, bySum);
        Store(lastSlope, bySlope);

        void Store(Vector256<float> values, Span<float> to)
        {
            for (int k = 0; k < rest; k++)
                to[whole + k] = values[k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Value, Vector256<float> BySum, Vector256<float> BySlope) Apply(
        NetworkActivation kind, Vector256<float> x, Vector256<float> slope)
    {
        (Vector256<float> value, Vector256<float> derivative) = kind == NetworkActivation.Selu ? Selu(x) : Mish(x);
        Vector256<float> bySlope = value - x;
        return (x + slope * bySlope, Vector256<float>.One + slope * (derivative - Vector256<float>.One), bySlope);
    }

    // Both from u = e^−|x|, which cannot overflow.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Value, Vector256<float> Derivative) Selu(Vector256<float> x)
    {
        Vector256<float> u = VectorMath.ExpOfNegative(-Vector256.Abs(x));
        Vector256<float> positive = Vector256.GreaterThanOrEqual(x, Vector256<float>.Zero);
        return (Vector256.ConditionalSelect(positive, x * SeluScale,
                (u - Vector256<float>.One) * (SeluScale * SeluAlpha)),
            Vector256.ConditionalSelect(positive, Vector256.Create(SeluScale), u * (SeluScale * SeluAlpha)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Value, Vector256<float> Derivative) Mish(Vector256<float> x)
    {
        Vector256<float> one = Vector256<float>.One, u = VectorMath.ExpOfNegative(-Vector256.Abs(x));
        Vector256<float> positive = Vector256.GreaterThanOrEqual(x, Vector256<float>.Zero);
        Vector256<float> n = Vector256.ConditionalSelect(positive, one + u + u, u * u + u + u);
        Vector256<float> tanh = n / (n + Vector256.ConditionalSelect(positive, u * u * 2, Vector256.Create(2f)));
        Vector256<float> sigmoid = Vector256.ConditionalSelect(positive, one, u) / (one + u);
        return (x * tanh, tanh + x * (one - tanh * tanh) * sigmoid);
    }
}
