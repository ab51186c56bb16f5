using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Minimises cᵀw + k·√(wᵀQw) over the simplex, k ≥ 0, Q positive semidefinite. As √q is the least of (q/t + t)/2 over
/// t &gt; 0, the minimum is that of the quadratic for the one t with t = √(wᵀQw), found by the Illinois method.
/// Allocates nothing after construction.
/// </summary>
/// <param name="capacity">Largest order of Q.</param>
internal sealed class SimplexCone(int capacity)
{
    private const double Tolerance = 1e-11;
    private const double Least = 1e-4;
    private const int MostSteps = 100;

    private readonly ActiveSetQuadratic _quadratic = new(capacity);
    private readonly double[] _linear = new double[capacity];

    /// <summary>Minimises.</summary>
    /// <param name="q">n×n row-major, symmetric.</param>
    /// <param name="c">n numbers.</param>
    /// <param name="k">Weight of the root.</param>
    /// <param name="n">Order.</param>
    /// <param name="w">The minimum.</param>
    /// <returns>
    /// t = √(wᵀQw) &gt; 0. Where the root vanishes, a small t such that w is the minimum with (q/t + t)/2 in its place:
    /// Qw/t is then the root's subgradient that makes w a minimum.
    /// </returns>
    public double Solve(ReadOnlySpan<double> q, ReadOnlySpan<double> c, double k, int n, Span<double> w)
    {
        double scale = 0;
        for (int i = 0; i < n; i++)
            scale = Math.Max(scale, Math.Sqrt(Math.Max(0, q[i * n + i])));
        if (!(k > 0) || scale == 0)
        {
            w[..n].Clear();
            w[TensorPrimitives.IndexOfMin(c[..n])] = 1;
            return Math.Max(Length(q, n, w), double.Epsilon);
        }
        // The length found minus the length assumed falls as the latter grows.
        double right = scale, atRight = Excess(q, c, k, n, right, w), left = right, atLeft = atRight;
        while (atLeft < 0 && left > Least * scale)
        {
            (right, atRight) = (left, atLeft);
            left /= 10;
            atLeft = Excess(q, c, k, n, left, w);
        }
        if (atLeft <= 0)
            return left;
        int side = 0;
        for (int step = 0; step < MostSteps && right - left > Tolerance * left; step++)
        {
            double t = (left * atRight - right * atLeft) / (atRight - atLeft), at = Excess(q, c, k, n, t, w);
            if (Math.Abs(at) <= Tolerance * t)
                return t;
            if (at < 0)
            {
                (right, atRight, atLeft) = (t, at, side < 0 ? atLeft / 2 : atLeft);
                side = -1;
            }
            else
            {
                (left, atLeft, atRight) = (t, at, side > 0 ? atRight / 2 : atRight);
                side = 1;
            }
        }
        return left;
    }

    private double Excess(ReadOnlySpan<double> q, ReadOnlySpan<double> c, double k, int n, double length,
        Span<double> w)
    {
        TensorPrimitives.Multiply(c[..n], length / k, _linear);
        _quadratic.Solve(q, _linear.AsSpan(0, n), n, onSimplex: true, w);
        return Length(q, n, w) - length;
    }

    private static double Length(ReadOnlySpan<double> q, int n, ReadOnlySpan<double> w)
    {
        double sum = 0;
        for (int i = 0; i < n; i++)
            if (w[i] != 0)
                sum += w[i] * TensorPrimitives.Dot(q.Slice(i * n, n), w[..n]);
        return Math.Sqrt(Math.Max(0, sum));
    }
}
