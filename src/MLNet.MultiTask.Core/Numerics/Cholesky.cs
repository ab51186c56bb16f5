using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Cholesky factorisation A = L·Lᵀ of a symmetric positive definite matrix, row-major, for <c>float</c> and
/// <c>double</c>. Left-looking in blocks of columns; every entry is a dot product of two rows, so all memory is read
/// contiguously.
/// </summary>
internal static class Cholesky
{
    private const int Block = 32;

    /// <summary>Replaces the lower triangle of A by L; the strict upper triangle is neither read nor written.</summary>
    /// <param name="a">n×n.</param>
    /// <param name="n">Order.</param>
    /// <param name="pivot">The first row whose pivot is not positive (or not a number); n on success.</param>
    /// <returns>False when A is not positive definite; <paramref name="a"/> is then partly overwritten.</returns>
    public static bool TryFactor<T>(Span<T> a, int n, out int pivot) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int start = 0; start < n; start += Block)
        {
            int end = Math.Min(start + Block, n);
            for (int i = start; i < n; i++)
            {
                Span<T> row = a.Slice(i * n, n);
                int columns = Math.Min(end, i + 1);
                SubtractEarlierColumns(a, n, row, start, columns);
                for (int j = start; j < columns; j++)
                {
                    T value = row[j] - Dot(row[start..j], a.Slice(j * n + start, j - start));
                    if (j < i)
                    {
                        row[j] = value / a[j * n + j];
                        continue;
                    }
                    if (!(value > T.Zero) || !T.IsFinite(value))
                    {
                        pivot = i;
                        return false;
                    }
                    row[i] = T.Sqrt(value);
                }
            }
        }
        pivot = n;
        return true;
    }

    /// <summary>Solves A·x = b in place, given L from <see cref="TryFactor"/>.</summary>
    /// <param name="l">n×n, L in its lower triangle.</param>
    /// <param name="n">Order.</param>
    /// <param name="b">Length n: b on entry, x on return.</param>
    public static void Solve<T>(ReadOnlySpan<T> l, int n, Span<T> b) where T : unmanaged, IFloatingPointIeee754<T>
    {
        SolveLower(l, n, b);
        for (int i = n - 1; i >= 0; i--)
        {
            ReadOnlySpan<T> row = l.Slice(i * n, i + 1);
            T x = b[i] / row[i];
            b[i] = x;
            for (int j = 0; j < i; j++)
                b[j] -= row[j] * x;
        }
    }

    /// <summary>Solves L·y = b in place.</summary>
    public static void SolveLower<T>(ReadOnlySpan<T> l, int n, Span<T> b) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < n; i++)
            b[i] = (b[i] - Dot(b[..i], l.Slice(i * n, i))) / l[i * n + i];
    }

    /// <summary>row[j] −= Σ_{p &lt; start} row[p]·L[j, p] for start ≤ j &lt; columns, four j at a time.</summary>
    private static void SubtractEarlierColumns<T>(ReadOnlySpan<T> l, int n, Span<T> row, int start, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (start == 0)
            return;
        int j = start;
        ReadOnlySpan<Vector<T>> x = MemoryMarshal.Cast<T, Vector<T>>(row[..start]);
        for (; j + 4 <= columns; j += 4)
        {
            ReadOnlySpan<Vector<T>> l0 = MemoryMarshal.Cast<T, Vector<T>>(l.Slice(j * n, start))[..x.Length];
            ReadOnlySpan<Vector<T>> l1 = MemoryMarshal.Cast<T, Vector<T>>(l.Slice((j + 1) * n, start))[..x.Length];
            ReadOnlySpan<Vector<T>> l2 = MemoryMarshal.Cast<T, Vector<T>>(l.Slice((j + 2) * n, start))[..x.Length];
            ReadOnlySpan<Vector<T>> l3 = MemoryMarshal.Cast<T, Vector<T>>(l.Slice((j + 3) * n, start))[..x.Length];
            Vector<T> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int p = 0; p < x.Length; p++)
            {
                s0 += x[p] * l0[p];
                s1 += x[p] * l1[p];
                s2 += x[p] * l2[p];
                s3 += x[p] * l3[p];
            }
            row[j] -= Vector.Sum(s0);
            row[j + 1] -= Vector.Sum(s1);
            row[j + 2] -= Vector.Sum(s2);
            row[j + 3] -= Vector.Sum(s3);
            for (int p = x.Length * Vector<T>.Count; p < start; p++)
                for (int r = 0; r < 4; r++)
                    row[j + r] -= row[p] * l[(j + r) * n + p];
        }
        for (; j < columns; j++)
            row[j] -= Dot(row[..start], l.Slice(j * n, start));
    }

    private static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        System.Numerics.Tensors.TensorPrimitives.Dot(x, y);
}
