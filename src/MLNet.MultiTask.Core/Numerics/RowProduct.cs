using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Matrix by vector, y = W·x, with W as a network keeps it. Blocks of W are transposed in registers, so that every
/// output is the same chain of multiply-adds as in <see cref="Gemm"/>, to the bit.
/// </summary>
internal static unsafe class RowProduct
{
    // Outputs of a vector, inputs of a step.
    private const int Side = 8, Step = 4;

    // Enough to hide a chain's latency; more rows of W, a power of two apart, would crowd each other out of the cache.
    private const int Chains = 4;

    public static bool IsSupported => Lanes256.IsSupported;

    /// <summary>Computes y; needs <see cref="IsSupported"/>.</summary>
    /// <param name="w">outputs×inputs, row-major.</param>
    /// <param name="inputs">Length of <paramref name="x"/>.</param>
    /// <param name="outputs">Length of <paramref name="y"/>.</param>
    /// <param name="x">The vector.</param>
    /// <param name="y">Overwritten.</param>
    public static void Multiply(float* w, int inputs, int outputs, float* x, float* y)
    {
        if (outputs < Side)
        {
            for (int o = 0; o < outputs; o++)
                y[o] = Row(w + (nint)o * inputs, inputs, x);
            return;
        }
        // The last vectors overlap rather than end early: computed twice, an output has the same bits.
        int last = outputs - Side;
        for (int o = 0; o < outputs; o += Chains * Side)
            Vectors(w, inputs, x, y, Math.Min(o, last), Math.Min(o + Side, last), Math.Min(o + 2 * Side, last),
                Math.Min(o + 3 * Side, last));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Vectors(float* w, nint inputs, float* x, float* y, int o0, int o1, int o2, int o3)
    {
        float* w0 = w + o0 * inputs, w1 = w + o1 * inputs, w2 = w + o2 * inputs, w3 = w + o3 * inputs;
        Vector256<float> a = default, b = default, c = default, d = default;
        nint k = 0;
        for (; k + Step <= inputs; k += Step)
        {
            a = Block(w0 + k, inputs, x + k, a);
            b = Block(w1 + k, inputs, x + k, b);
            c = Block(w2 + k, inputs, x + k, c);
            d = Block(w3 + k, inputs, x + k, d);
        }
        for (; k < inputs; k++)
        {
            Vector256<float> xk = Vector256.Create(x[k]);
            a = Fma.MultiplyAdd(xk, Column(w0 + k, inputs), a);
            b = Fma.MultiplyAdd(xk, Column(w1 + k, inputs), b);
            c = Fma.MultiplyAdd(xk, Column(w2 + k, inputs), c);
            d = Fma.MultiplyAdd(xk, Column(w3 + k, inputs), d);
        }
        a.Store(y + o0);
        b.Store(y + o1);
        c.Store(y + o2);
        d.Store(y + o3);
    }

    private static float Row(float* w, nint inputs, float* x)
    {
        float sum = 0;
        for (nint k = 0; k < inputs; k++)
            sum = MathF.FusedMultiplyAdd(x[k], w[k], sum);
        return sum;
    }

    /// <summary>Continues the chains of eight outputs by four k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Block(float* w, nint row, float* x, Vector256<float> sum)
    {
        Vector256<float> a = Pair(w, row), b = Pair(w + row, row), c = Pair(w + 2 * row, row);
        Vector256<float> d = Pair(w + 3 * row, row);
        Vector256<float> low01 = Avx.UnpackLow(a, b), low23 = Avx.UnpackLow(c, d);
        Vector256<float> high01 = Avx.UnpackHigh(a, b), high23 = Avx.UnpackHigh(c, d);
        sum = Fma.MultiplyAdd(Vector256.Create(x[0]), Avx.Shuffle(low01, low23, 0x44), sum);
        sum = Fma.MultiplyAdd(Vector256.Create(x[1]), Avx.Shuffle(low01, low23, 0xEE), sum);
        sum = Fma.MultiplyAdd(Vector256.Create(x[2]), Avx.Shuffle(high01, high23, 0x44), sum);
        return Fma.MultiplyAdd(Vector256.Create(x[3]), Avx.Shuffle(high01, high23, 0xEE), sum);
    }

    /// <summary>Four k of a row and of the fourth after it: put together while loading, which costs no shuffle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pair(float* w, nint row) =>
        Vector256.Create(Vector128.Load(w), Vector128.Load(w + 4 * row));

    private static Vector256<float> Column(float* w, nint row) =>
        Vector256.Create(w[0], w[row], w[2 * row], w[3 * row], w[4 * row], w[5 * row], w[6 * row], w[7 * row]);
}
