using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Minimises ½·xᵀAx + bᵀx over x ≥ 0, or over the simplex x ≥ 0, Σx = 1, for a positive semidefinite A: the primal
/// active-set method (Nocedal and Wright 2006, Algorithm 16.3; over the simplex with b = 0 it is Wolfe's method of
/// 1976 for the point of least norm). Exact up to rounding; allocates nothing after construction.
/// </summary>
/// <param name="capacity">Largest order of A.</param>
internal sealed class ActiveSetQuadratic(int capacity)
{
    private const double Tolerance = 1e-12;

    private readonly GrowingCholesky _free = new(capacity);
    private readonly double[] _target = new double[capacity], _ones = new double[capacity];
    private readonly double[] _gradient = new double[capacity];

    /// <summary>Minimises.</summary>
    /// <param name="a">n×n row-major, symmetric.</param>
    /// <param name="b">n numbers; empty = zeros.</param>
    /// <param name="n">Order, at least 1.</param>
    /// <param name="onSimplex">Whether Σx = 1 holds besides x ≥ 0.</param>
    /// <param name="x">The minimum.</param>
    /// <returns>Whether no entry could be improved any more; false after 20·n + 100 changes of the set.</returns>
    public bool Solve(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, bool onSimplex, Span<double> x)
    {
        double scale = 0;
        for (int i = 0; i < n; i++)
            scale = Math.Max(scale, a[i * n + i]);
        // On the simplex a constant in all of A changes nothing but a singular A's null vector.
        double ridge = Math.Max(scale * 1e-14, double.Epsilon), shift = onSimplex ? scale : 0;
        x = x[..n];
        x.Clear();
        _free.Clear();
        if (onSimplex)
        {
            int start = BestVertex(a, b, n);
            x[start] = 1;
            _free.Add(a, n, start, shift, ridge);
        }
        for (int change = 0; change < 20 * n + 100; change++)
        {
            if (_free.Count > 0 && !MoveToMinimumOfFree(a, b, n, onSimplex, shift, ridge, x))
                continue;
            int entering = Entering(a, b, n, onSimplex, scale, x);
            if (entering < 0)
                return true;
            _free.Add(a, n, entering, shift, ridge);
        }
        return false;
    }

    /// <summary>Moves as far as x ≥ 0 allows; false where an entry became 0 and left the free set.</summary>
    private bool MoveToMinimumOfFree(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, bool onSimplex,
        double shift, double ridge, Span<double> x)
    {
        ReadOnlySpan<int> rows = _free.Rows;
        Span<double> target = _target.AsSpan(0, rows.Length);
        for (int k = 0; k < rows.Length; k++)
            target[k] = b.IsEmpty ? 0 : -b[rows[k]];
        _free.Solve(target);
        if (onSimplex)
        {
            Span<double> ones = _ones.AsSpan(0, rows.Length);
            ones.Fill(1);
            _free.Solve(ones);
            TensorPrimitives.MultiplyAdd(ones, (1 - TensorPrimitives.Sum<double>(target))
                / TensorPrimitives.Sum<double>(ones), target, target);
        }
        double step = 1;
        int leaving = -1;
        for (int k = 0; k < rows.Length; k++)
            if (target[k] < 0 && x[rows[k]] / (x[rows[k]] - target[k]) is var ratio && ratio < step)
                (step, leaving) = (ratio, k);
        for (int k = 0; k < rows.Length; k++)
            x[rows[k]] = Math.Max(0, x[rows[k]] + step * (target[k] - x[rows[k]]));
        if (leaving >= 0)
            x[rows[leaving]] = 0;
        if (onSimplex)
            TensorPrimitives.Divide(x, TensorPrimitives.Sum<double>(x), x);
        if (leaving < 0)
            return true;
        _free.RemoveAt(a, n, leaving, shift, ridge);
        return _free.Count == 0;
    }

    /// <summary>The fixed entry whose growth lowers the function most; −1 where none does.</summary>
    private int Entering(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, bool onSimplex, double scale,
        ReadOnlySpan<double> x)
    {
        double largest = scale;
        Span<double> gradient = _gradient.AsSpan(0, n);
        gradient.Clear();
        if (!b.IsEmpty)
        {
            b[..n].CopyTo(gradient);
            largest = Math.Max(largest, Math.Abs(TensorPrimitives.MaxMagnitude(b[..n])));
        }
        // Few entries are free, so that few rows are read.
        foreach (int i in _free.Rows)
            TensorPrimitives.MultiplyAdd(a.Slice(i * n, n), x[i], gradient, gradient);
        double level = onSimplex ? TensorPrimitives.Dot<double>(gradient, x) : 0;
        int entering = -1;
        double least = level - Tolerance * largest;
        for (int i = 0; i < n; i++)
            if (gradient[i] < least && !_free.Rows.Contains(i))
                (entering, least) = (i, gradient[i]);
        return entering;
    }

    private static int BestVertex(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n)
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < n; i++)
            if (a[i * n + i] / 2 + (b.IsEmpty ? 0 : b[i]) is var value && value < least)
                (best, least) = (i, value);
        return best;
    }
}
