using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Eigenvalues of a symmetric tridiagonal matrix by QL steps with implicit Wilkinson shifts (Dubrulle, Martin,
/// Wilkinson 1968). The rotations are recorded instead of applied: eigenvectors then need one cache-sized pass per
/// strip of columns.
/// </summary>
internal sealed class ImplicitQL
{
    private const int MaxStepsPerValue = 60;

    /// <summary>
    /// Below this the sine and cosine would not be accurate; the matrix is scaled, so such a value is zero.
    /// </summary>
    private const double SquaresUnderflow = 1e-140;

    private double[] _rotations = [];
    private int _count;

    /// <summary>The steps taken, in order.</summary>
    public List<Step> Steps { get; } = [];

    /// <summary>Cosine and sine of every rotation, alternating, in order of application.</summary>
    public ReadOnlySpan<double> Rotations => _rotations.AsSpan(0, _count);

    /// <summary>
    /// One QL step: rotations of rows (i, i+1) for i = High−1 down to Low, at <c>Rotations[Offset]</c> on.
    /// </summary>
    public readonly record struct Step(int Low, int High, int Offset);

    /// <summary>Replaces the diagonal by the eigenvalues, in no particular order; destroys the off-diagonal.</summary>
    /// <param name="d">Length n: diagonal, scaled so that the largest entry of T is not far from 1.</param>
    /// <param name="e">Length n: T[i, i−1] at i.</param>
    /// <param name="record">Whether rotations are kept.</param>
    /// <exception cref="ArithmeticException">No convergence, which finite input does not show.</exception>
    public void Run(Span<double> d, Span<double> e, bool record)
    {
        Steps.Clear();
        _count = 0;
        int n = d.Length;
        e[1..].CopyTo(e);
        e[n - 1] = 0;
        double norm = 0;
        for (int i = 0; i < n; i++)
            norm = Math.Max(norm, Math.Abs(d[i]) + Math.Abs(e[i]));
        double negligible = norm * Math.BitIncrement(1.0) - norm;
        for (int low = 0; low < n; low++)
        {
            int steps = 0;
            for (int high = BlockEnd(e, low, negligible); high != low; high = BlockEnd(e, low, negligible))
            {
                if (++steps > MaxStepsPerValue)
                    throw new ArithmeticException(
                        $"Eigenvalue {low} of {n} did not converge in {MaxStepsPerValue} QL steps");
                OneStep(d, e, low, high, record);
            }
        }
    }

    private static int BlockEnd(ReadOnlySpan<double> e, int low, double negligible)
    {
        int m = low;
        while (m < e.Length - 1 && Math.Abs(e[m]) > negligible)
            m++;
        return m;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OneStep(Span<double> d, Span<double> e, int low, int high, bool record)
    {
        double g = (d[low + 1] - d[low]) / (2 * e[low]);
        double r = Math.Sqrt(g * g + 1);
        g = d[high] - d[low] + e[low] / (g + Math.CopySign(r, g));
        double s = 1, c = 1, p = 0;
        int start = _count, i = high - 1;
        if (record)
            Reserve(2 * (high - low));
        for (; i >= low; i--)
        {
            double f = s * e[i], b = c * e[i];
            r = Math.Sqrt(f * f + g * g);
            e[i + 1] = r;
            if (r < SquaresUnderflow)
            {
                e[i + 1] = 0;
                d[i + 1] -= p;
                e[high] = 0;
                break;
            }
            double inverse = 1 / r;
            s = f * inverse;
            c = g * inverse;
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            if (record)
            {
                _rotations[_count++] = c;
                _rotations[_count++] = s;
            }
        }
        if (record)
            Steps.Add(new Step(i + 1, high, start));
        if (i >= low)
            return;
        d[low] -= p;
        e[low] = g;
        e[high] = 0;
    }

    private void Reserve(int extra)
    {
        if (_count + extra > _rotations.Length)
            Array.Resize(ref _rotations, Math.Max(2 * _rotations.Length, _count + extra));
    }
}
