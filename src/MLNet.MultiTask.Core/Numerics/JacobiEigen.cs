using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Eigen-decomposition of small symmetric matrices of any order up to a capacity by cyclic Jacobi rotations (Golub and
/// Van Loan 2013, Algorithm 8.5.3): small eigenvalues are as accurate relative to their size as the matrix allows, and
/// nothing is allocated after construction.
/// </summary>
/// <param name="capacity">Largest order.</param>
internal sealed class JacobiEigen(int capacity)
{
    private const int MostSweeps = 40;

    private readonly double[] _a = new double[capacity * capacity], _vectors = new double[capacity * capacity];
    private readonly double[] _values = new double[capacity];
    private int _n;

    /// <summary>The n eigenvalues, in no particular order.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, _n);

    /// <summary>The unit eigenvector of a value.</summary>
    public ReadOnlySpan<double> Vector(int k) => _vectors.AsSpan(k * _n, _n);

    /// <summary>Decomposes an n×n matrix, row-major and symmetric.</summary>
    public void Decompose(ReadOnlySpan<double> matrix, int n)
    {
        _n = n;
        matrix[..(n * n)].CopyTo(_a);
        Array.Clear(_vectors, 0, n * n);
        for (int i = 0; i < n; i++)
            _vectors[i * n + i] = 1;
        double negligible = 1e-15 * TensorPrimitives.Norm<double>(_a.AsSpan(0, n * n));
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool rotated = false;
            for (int p = 0; p < n - 1; p++)
                for (int q = p + 1; q < n; q++)
                    if (Math.Abs(_a[p * n + q]) > negligible)
                    {
                        Rotate(p, q);
                        rotated = true;
                    }
            if (!rotated)
                break;
        }
        for (int i = 0; i < n; i++)
            _values[i] = _a[i * n + i];
    }

    private void Rotate(int p, int q)
    {
        int n = _n;
        double app = _a[p * n + p], aqq = _a[q * n + q], apq = _a[p * n + q];
        double tau = (aqq - app) / (2 * apq);
        double t = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + tau * tau));
        double c = 1 / Math.Sqrt(1 + t * t), s = t * c;
        // Rows suffice: both halves are kept by copying the two rows to the two columns.
        Turn(_a.AsSpan(p * n, n), _a.AsSpan(q * n, n), c, s);
        for (int i = 0; i < n; i++)
            (_a[i * n + p], _a[i * n + q]) = (_a[p * n + i], _a[q * n + i]);
        (_a[p * n + p], _a[q * n + q]) = (app - t * apq, aqq + t * apq);
        _a[p * n + q] = _a[q * n + p] = 0;
        Turn(_vectors.AsSpan(p * n, n), _vectors.AsSpan(q * n, n), c, s);
    }

    private static void Turn(Span<double> x, Span<double> y, double c, double s)
    {
        for (int i = 0; i < x.Length; i++)
            (x[i], y[i]) = (c * x[i] - s * y[i], s * x[i] + c * y[i]);
    }
}
