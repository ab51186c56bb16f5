using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Householder reduction of a symmetric matrix to tridiagonal form (Golub and Van Loan, Algorithm 8.3.1, from the last
/// row up). The rank-two update of one step and the matrix-vector product of the next share one pass over the lower
/// triangle.
/// </summary>
internal static class Tridiagonal
{
    private const int Width = 8;

    /// <summary>
    /// Entries below 1e-20 are far under the rounding error of a matrix scaled to largest entry 1; h² would underflow.
    /// </summary>
    private const double Negligible = 1e-40;

    /// <summary>Reduces A = Q·T·Qᵀ with Q = H(n−1)·…·H(1), H(i) = I − v·vᵀ/h(i).</summary>
    /// <param name="a">n×n, scaled so that the largest entry is not far from 1; only the lower triangle is read. On
    /// return row i holds v of H(i) in its first i entries.</param>
    /// <param name="n">Order.</param>
    /// <param name="diagonal">Length n: T[i, i].</param>
    /// <param name="offDiagonal">Length n: T[i, i−1] at i; entry 0 is 0.</param>
    /// <param name="h">Length n: h(i); 0 where H(i) is the identity.</param>
    /// <param name="cancellationToken">Looked at every step.</param>
    public static void Reduce(Span<double> a, int n, Span<double> diagonal, Span<double> offDiagonal, Span<double> h,
        CancellationToken cancellationToken = default)
    {
        double[] product = new double[n], w = new double[n], zero = new double[n];
        ReadOnlySpan<double> pendingV = zero;
        for (int i = n - 1; i > 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<double> row = a.Slice(i * n, i + 1);
            for (int j = 0; j <= i; j++)
                row[j] -= pendingV[i] * w[j] + w[i] * pendingV[j];
            diagonal[i] = row[i];
            Span<double> v = row[..i];
            (offDiagonal[i], h[i]) = Reflect(v);
            Array.Clear(product, 0, i);
            UpdateAndMultiply(a, n, pendingV[..i], w.AsSpan(0, i), v, product.AsSpan(0, i));
            pendingV = a.Slice(i * n, n);
            SecondVector(v, product.AsSpan(0, i), h[i], w.AsSpan(0, i));
        }
        (diagonal[0], offDiagonal[0], h[0]) = (a[0], 0, 0);
    }

    /// <summary>Turns x into the v of the reflector that maps x to (0, …, 0, value); returns (value, vᵀv/2).</summary>
    private static (double Value, double H) Reflect(Span<double> x)
    {
        double last = x[^1];
        double tail = SumOfSquares(x[..^1]);
        if (tail < Negligible)
        {
            x.Clear();
            return (last, 0);
        }
        double norm = Math.Sqrt(tail + last * last);
        double value = last > 0 ? -norm : norm;
        x[^1] = last - value;
        return (value, norm * norm - last * value);
    }

    /// <summary>w = p/h − (vᵀp / 2h²)·v, so that H·A·H = A − v·wᵀ − w·vᵀ with p = A·v.</summary>
    private static void SecondVector(ReadOnlySpan<double> v, ReadOnlySpan<double> p, double h, Span<double> w)
    {
        if (h == 0)
        {
            w.Clear();
            return;
        }
        double k = 0;
        for (int j = 0; j < v.Length; j++)
            k += v[j] * p[j];
        k /= 2 * h * h;
        for (int j = 0; j < v.Length; j++)
            w[j] = p[j] / h - k * v[j];
    }

    private static double SumOfSquares(ReadOnlySpan<double> x) =>
        System.Numerics.Tensors.TensorPrimitives.SumOfSquares(x);

    /// <summary>
    /// A −= v·wᵀ + w·vᵀ on the lower triangle of the leading m×m block, and p += A·x for the updated A.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UpdateAndMultiply(Span<double> a, int n, ReadOnlySpan<double> v, ReadOnlySpan<double> w,
        ReadOnlySpan<double> x, Span<double> p)
    {
        int m = x.Length, j = 0;
        for (; j + 2 <= m; j += 2)
        {
            double corner = a[(j + 1) * n + j] -= v[j + 1] * w[j] + w[j + 1] * v[j];
            TwoRows(ref a[j * n], ref a[(j + 1) * n], v, w, x, p, j);
            p[j] += corner * x[j + 1];
            p[j + 1] += corner * x[j];
            OnDiagonal(a, n, v, w, x, p, j);
            OnDiagonal(a, n, v, w, x, p, j + 1);
        }
        if (j < m)
        {
            Span<double> row = a.Slice(j * n, j);
            double sum = 0;
            for (int c = 0; c < j; c++)
            {
                row[c] -= v[j] * w[c] + w[j] * v[c];
                sum += row[c] * x[c];
                p[c] += row[c] * x[j];
            }
            p[j] += sum;
            OnDiagonal(a, n, v, w, x, p, j);
        }
    }

    private static void OnDiagonal(Span<double> a, int n, ReadOnlySpan<double> v, ReadOnlySpan<double> w,
        ReadOnlySpan<double> x, Span<double> p, int j)
    {
        a[j * n + j] -= 2 * v[j] * w[j];
        p[j] += a[j * n + j] * x[j];
    }

    /// <summary>Columns 0 … j−1 of rows j and j+1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows(ref double row0, ref double row1, ReadOnlySpan<double> v, ReadOnlySpan<double> w,
        ReadOnlySpan<double> x, Span<double> p, int j)
    {
        ref double rv = ref MemoryMarshal.GetReference(v), rw = ref MemoryMarshal.GetReference(w);
        ref double rx = ref MemoryMarshal.GetReference(x), rp = ref MemoryMarshal.GetReference(p);
        double v0 = v[j], v1 = v[j + 1], w0 = w[j], w1 = w[j + 1], x0 = x[j], x1 = x[j + 1];
        Vector512<double> nv0 = Vector512.Create(-v0), nv1 = Vector512.Create(-v1), nw0 = Vector512.Create(-w0),
            nw1 = Vector512.Create(-w1), vx0 = Vector512.Create(x0), vx1 = Vector512.Create(x1), s0 = default, s1 =
                default;
        int c = 0;
        for (; c + Width <= j; c += Width)
        {
            Vector512<double> vc = Load(ref rv, c), wc = Load(ref rw, c), xc = Load(ref rx, c);
            Vector512<double> a0 = Fma(nv0, wc, Fma(nw0, vc, Load(ref row0, c)));
            Vector512<double> a1 = Fma(nv1, wc, Fma(nw1, vc, Load(ref row1, c)));
            a0.StoreUnsafe(ref row0, (nuint)c);
            a1.StoreUnsafe(ref row1, (nuint)c);
            s0 = Fma(a0, xc, s0);
            s1 = Fma(a1, xc, s1);
            Fma(a0, vx0, Fma(a1, vx1, Load(ref rp, c))).StoreUnsafe(ref rp, (nuint)c);
        }
        double sum0 = Vector512.Sum(s0), sum1 = Vector512.Sum(s1);
        for (; c < j; c++)
        {
            double a0 = Unsafe.Add(ref row0, c) -= v0 * w[c] + w0 * v[c];
            double a1 = Unsafe.Add(ref row1, c) -= v1 * w[c] + w1 * v[c];
            sum0 += a0 * x[c];
            sum1 += a1 * x[c];
            p[c] += a0 * x0 + a1 * x1;
        }
        p[j] += sum0;
        p[j + 1] += sum1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load(ref double start, int index) => Vector512.LoadUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Fma(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Vector512.MultiplyAddEstimate(x, y, z);
}
