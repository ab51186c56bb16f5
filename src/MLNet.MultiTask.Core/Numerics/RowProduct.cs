using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Matrix by vector, y = W·x, with W as a network keeps it. Blocks of W are transposed in registers, so that every
/// output is the same chain of multiply-adds as in <see cref="Gemm"/>, to the bit. A call works on 32 rows of W at a
/// time: enough chains to hide a multiply-add's latency, few enough rows, often a power of two apart, to stay in the
/// cache together.
/// </summary>
internal static unsafe class RowProduct
{
    private const int Side = 8;

    public static bool IsSupported => Lanes256.IsSupported;

    /// <summary>Computes y; needs <see cref="IsSupported"/>.</summary>
    /// <param name="w">outputs×inputs, row-major.</param>
    /// <param name="inputs">Length of <paramref name="x"/>.</param>
    /// <param name="outputs">Length of <paramref name="y"/>.</param>
    /// <param name="x">The vector.</param>
    /// <param name="y">Overwritten.</param>
    public static void Multiply(float* w, int inputs, int outputs, float* x, float* y)
    {
        // The last vectors overlap rather than end early: computed twice, an output has the same bits.
        int last = outputs - (Lanes512.IsSupported && outputs >= 2 * Side ? 2 : 1) * Side;
        if (last < 0)
            for (int o = 0; o < outputs; o++)
                y[o] = Row(w + (nint)o * inputs, inputs, x);
        else if (Lanes512.IsSupported && outputs >= 2 * Side)
            for (int o = 0; o < outputs; o += 4 * Side)
                Outputs16(w, inputs, x, y, Math.Min(o, last), Math.Min(o + 2 * Side, last));
        else
            for (int o = 0; o < outputs; o += 4 * Side)
                Outputs8(w, inputs, x, y, Math.Min(o, last), Math.Min(o + Side, last), Math.Min(o + 2 * Side, last),
                    Math.Min(o + 3 * Side, last));
    }

    // Inlined into its caller's loop it would run out of registers, and the compiler cannot know.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Outputs16(float* w, nint inputs, float* x, float* y, int o0, int o1)
    {
        float* w0 = w + o0 * inputs, w1 = w + o1 * inputs;
        Vector512<float> a = default, b = default;
        nint k = 0;
        for (; k + Side <= inputs; k += Side)
        {
            a = Block(w0 + k, inputs, x + k, a);
            b = Block(w1 + k, inputs, x + k, b);
        }
        for (; k < inputs; k++)
        {
            Vector512<float> xk = Vector512.Create(x[k]);
            a = Avx512F.FusedMultiplyAdd(xk, Column16(w0 + k, inputs), a);
            b = Avx512F.FusedMultiplyAdd(xk, Column16(w1 + k, inputs), b);
        }
        a.Store(y + o0);
        b.Store(y + o1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Outputs8(float* w, nint inputs, float* x, float* y, int o0, int o1, int o2, int o3)
    {
        float* w0 = w + o0 * inputs, w1 = w + o1 * inputs, w2 = w + o2 * inputs, w3 = w + o3 * inputs;
        Vector256<float> a = default, b = default, c = default, d = default;
        nint k = 0;
        for (; k + Side <= inputs; k += Side)
        {
            a = Block(w0 + k, inputs, x + k, a);
            b = Block(w1 + k, inputs, x + k, b);
            c = Block(w2 + k, inputs, x + k, c);
            d = Block(w3 + k, inputs, x + k, d);
        }
        for (; k < inputs; k++)
        {
            Vector256<float> xk = Vector256.Create(x[k]);
            a = Fma.MultiplyAdd(xk, Column8(w0 + k, inputs), a);
            b = Fma.MultiplyAdd(xk, Column8(w1 + k, inputs), b);
            c = Fma.MultiplyAdd(xk, Column8(w2 + k, inputs), c);
            d = Fma.MultiplyAdd(xk, Column8(w3 + k, inputs), d);
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

    /// <summary>Continues the chains of eight outputs by eight k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Block(float* w, nint row, float* x, Vector256<float> sum)
    {
        (Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) = Transposition.Halves(w, row);
        (Vector256<float> e, Vector256<float> f, Vector256<float> g, Vector256<float> h) =
            Transposition.Halves(w + 4 * row, row);
        sum = Fma.MultiplyAdd(Vector256.Create(x[0]), Avx.Permute2x128(a, e, 0x20), sum);
        sum = Fma.MultiplyAdd(Vector256.Create(x[1]), Avx.Permute2x128(b, f, 0x20), sum);
        sum = Fma.MultiplyAdd(Vector256.Create(x[2]), Avx.Permute2x128(c, g, 0x20), sum);
        sum = Fma.MultiplyAdd(Vector256.Create(x[3]), Avx.Permute2x128(d, h, 0x20), sum);
        sum = Fma.MultiplyAdd(Vector256.Create(x[4]), Avx.Permute2x128(a, e, 0x31), sum);
        sum = Fma.MultiplyAdd(Vector256.Create(x[5]), Avx.Permute2x128(b, f, 0x31), sum);
        sum = Fma.MultiplyAdd(Vector256.Create(x[6]), Avx.Permute2x128(c, g, 0x31), sum);
        return Fma.MultiplyAdd(Vector256.Create(x[7]), Avx.Permute2x128(d, h, 0x31), sum);
    }

    /// <summary>Continues the chains of sixteen outputs by eight k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Block(float* w, nint row, float* x, Vector512<float> sum)
    {
        (Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) = Quarters(w, row);
        (Vector512<float> e, Vector512<float> f, Vector512<float> g, Vector512<float> h) = Quarters(w + 4 * row, row);
        Vector512<long> low = Vector512.Create(0L, 1, 8, 9, 4, 5, 12, 13), high = low + Vector512.Create(2L);
        sum = Avx512F.FusedMultiplyAdd(Vector512.Create(x[0]), Join(a, low, e), sum);
        sum = Avx512F.FusedMultiplyAdd(Vector512.Create(x[1]), Join(b, low, f), sum);
        sum = Avx512F.FusedMultiplyAdd(Vector512.Create(x[2]), Join(c, low, g), sum);
        sum = Avx512F.FusedMultiplyAdd(Vector512.Create(x[3]), Join(d, low, h), sum);
        sum = Avx512F.FusedMultiplyAdd(Vector512.Create(x[4]), Join(a, high, e), sum);
        sum = Avx512F.FusedMultiplyAdd(Vector512.Create(x[5]), Join(b, high, f), sum);
        sum = Avx512F.FusedMultiplyAdd(Vector512.Create(x[6]), Join(c, high, g), sum);
        return Avx512F.FusedMultiplyAdd(Vector512.Create(x[7]), Join(d, high, h), sum);
    }

    /// <summary>
    /// Four rows and the four eight rows below, beside them: columns 0 … 3 and 4 … 7 of each in quarters of a vector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) Quarters(float* w, nint row)
    {
        Vector512<float> r0 = Pair(w, row), r1 = Pair(w + row, row), r2 = Pair(w + 2 * row, row);
        Vector512<float> r3 = Pair(w + 3 * row, row);
        Vector512<float> low01 = Avx512F.UnpackLow(r0, r1), high01 = Avx512F.UnpackHigh(r0, r1);
        Vector512<float> low23 = Avx512F.UnpackLow(r2, r3), high23 = Avx512F.UnpackHigh(r2, r3);
        return (Avx512F.Shuffle(low01, low23, 0x44), Avx512F.Shuffle(low01, low23, 0xEE),
            Avx512F.Shuffle(high01, high23, 0x44), Avx512F.Shuffle(high01, high23, 0xEE));
    }

    // Not Vector512.Create, which takes an instruction more and waits for the register's old value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pair(float* w, nint row) =>
        Avx512F.InsertVector256(Vector256.Load(w).AsDouble().ToVector512Unsafe(),
            Vector256.Load(w + Side * row).AsDouble(), 1).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Join(Vector512<float> x, Vector512<long> index, Vector512<float> y) =>
        Avx512F.PermuteVar8x64x2(x.AsInt64(), index, y.AsInt64()).AsSingle();

    private static Vector512<float> Column16(float* w, nint row) =>
        Vector512.Create(Column8(w, row), Column8(w + Side * row, row));

    private static Vector256<float> Column8(float* w, nint row) =>
        Vector256.Create(w[0], w[row], w[2 * row], w[3 * row], w[4 * row], w[5 * row], w[6 * row], w[7 * row]);
}
