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
    private const int Side = 8;
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
        int o = 0;
        for (; o + Chains * Side <= outputs; o += Chains * Side)
            Rows32(w + (nint)o * inputs, inputs, x, y + o);
        for (; o < outputs; o += Side)
            Rows8(w + (nint)o * inputs, inputs, Math.Min(Side, outputs - o), x, y + o);
    }

    private static void Rows32(float* w, nint inputs, float* x, float* y)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        nint rows = Side * inputs, k = 0;
        for (; k + Side <= inputs; k += Side)
        {
            a = Block(w + k, inputs, x + k, a);
            b = Block(w + rows + k, inputs, x + k, b);
            c = Block(w + 2 * rows + k, inputs, x + k, c);
            d = Block(w + 3 * rows + k, inputs, x + k, d);
        }
        for (; k < inputs; k++)
        {
            Vector256<float> xk = Vector256.Create(x[k]);
            a = Fma.MultiplyAdd(xk, Column(w + k, inputs), a);
            b = Fma.MultiplyAdd(xk, Column(w + rows + k, inputs), b);
            c = Fma.MultiplyAdd(xk, Column(w + 2 * rows + k, inputs), c);
            d = Fma.MultiplyAdd(xk, Column(w + 3 * rows + k, inputs), d);
        }
        a.Store(y);
        b.Store(y + Side);
        c.Store(y + 2 * Side);
        d.Store(y + 3 * Side);
    }

    private static void Rows8(float* w, nint inputs, int count, float* x, float* y)
    {
        Vector256<float> sum = default;
        float* block = stackalloc float[Side * Side];
        for (nint k = 0; k < inputs; k += Side)
        {
            int depth = (int)Math.Min(Side, inputs - k);
            new Span<float>(block, Side * Side).Clear();
            for (int i = 0; i < count; i++)
                new ReadOnlySpan<float>(w + i * inputs + k, depth).CopyTo(new Span<float>(block + i * Side, depth));
            for (int j = 0; j < depth; j++)
                sum = Fma.MultiplyAdd(Vector256.Create(x[k + j]), Column(block + j, Side), sum);
        }
        sum.Store(block);
        new ReadOnlySpan<float>(block, count).CopyTo(new Span<float>(y, count));
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

    private static Vector256<float> Column(float* w, nint row) =>
        Vector256.Create(w[0], w[row], w[2 * row], w[3 * row], w[4 * row], w[5 * row], w[6 * row], w[7 * row]);
}
