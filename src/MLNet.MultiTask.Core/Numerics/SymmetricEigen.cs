using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Eigen-decomposition of symmetric n×n matrices in double precision, A = Σ λ_i·v_i·v_iᵀ; keeps its work space between
/// calls. Householder tridiagonalisation, then implicit QL whose recorded rotations are applied to strips of 16
/// components that stay in cache. Strips are independent, so the bits do not depend on the number of threads.
/// With the switch of <see cref="OpenBlas"/> LAPACK does the work instead.
/// </summary>
internal sealed class SymmetricEigen
{
    private const int Strip = 16;
    private const int ParallelFrom = 96;

    private readonly int _n;
    private readonly double[] _a, _d, _e, _h, _coupling;
    private readonly ImplicitQL _ql = new();
    private readonly bool _usesOpenBlas = OpenBlas.IsWanted;

    /// <param name="n">Order of the matrices, at least 1.</param>
    /// <exception cref="DllNotFoundException">OpenBLAS is asked for and absent.</exception>
    public SymmetricEigen(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        if (_usesOpenBlas)
            OpenBlas.Load();
        _n = n;
        (_a, _d, _e, _h, _coupling) = (new double[n * n], new double[n], new double[n], new double[n], new double[n]);
    }

    /// <summary>Ends a decomposition of a large matrix.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Eigenvalues ascending and unit eigenvectors.</summary>
    /// <param name="matrix">n×n; only the lower triangle is read.</param>
    /// <param name="values">Length n, ascending.</param>
    /// <param name="vectors">n×n; row i is the eigenvector of <c>values[i]</c>.</param>
    /// <param name="threads">Threads used at most.</param>
    /// <exception cref="ArgumentException">An entry of the lower triangle is not finite.</exception>
    public void Decompose(ReadOnlySpan<double> matrix, Span<double> values, double[] vectors, int threads = 1)
    {
        double largest = LargestEntry(matrix);
        if (_usesOpenBlas)
        {
            OpenBlas.Decompose(_n, matrix, values, vectors, wantVectors: true);
            return;
        }
        double scale = Tridiagonalise(matrix, largest);
        _ql.Run(_d, _e, record: true);
        int[] order = [.. Enumerable.Range(0, _n)];
        Array.Sort(_d, order);
        int[] rank = new int[_n];
        for (int i = 0; i < _n; i++)
        {
            values[i] = _d[i] * scale;
            rank[order[i]] = i;
        }
        CoupleReflectors();
        int strips = (_n + Strip - 1) / Strip;
        if (threads > 1 && _n >= ParallelFrom)
            Parallel.For(0, strips, new ParallelOptions
            {
                MaxDegreeOfParallelism = threads,
                CancellationToken = CancellationToken,
            }, s =>
                OneStrip(s * Strip, rank, vectors));
        else
            for (int s = 0; s < strips; s++)
            {
                CancellationToken.ThrowIfCancellationRequested();
                OneStrip(s * Strip, rank, vectors);
            }
    }

    /// <summary>Eigenvalues alone, ascending; about a quarter of the time.</summary>
    public void Values(ReadOnlySpan<double> matrix, Span<double> values)
    {
        double largest = LargestEntry(matrix);
        if (_usesOpenBlas)
        {
            OpenBlas.Decompose(_n, matrix, values, _a, wantVectors: false);
            return;
        }
        double scale = Tridiagonalise(matrix, largest);
        _ql.Run(_d, _e, record: false);
        Array.Sort(_d);
        for (int i = 0; i < _n; i++)
            values[i] = _d[i] * scale;
    }

    private double LargestEntry(ReadOnlySpan<double> matrix)
    {
        double largest = 0;
        for (int i = 0; i < _n; i++)
            for (int j = 0; j <= i; j++)
            {
                double x = Math.Abs(matrix[i * _n + j]);
                if (!double.IsFinite(x))
                    throw new ArgumentException($"Entry [{i}, {j}] is {matrix[i * _n + j]}; it must be finite",
                        nameof(matrix));
                largest = Math.Max(largest, x);
            }
        return largest;
    }

    /// <summary>
    /// Copies the lower triangle scaled to largest entry 1 (no overflow in squares) and reduces it; returns the scale.
    /// </summary>
    private double Tridiagonalise(ReadOnlySpan<double> matrix, double scale)
    {
        double factor = scale > 0 ? 1 / scale : 1;
        for (int i = 0; i < _n; i++)
            for (int j = 0; j <= i; j++)
                _a[i * _n + j] = matrix[i * _n + j] * factor;
        Tridiagonal.Reduce(_a, _n, _d, _e, _h, CancellationToken);
        return scale > 0 ? scale : 1;
    }

    /// <summary>Reflectors are applied in pairs (i, i−1); the second needs v(i−1)ᵀv(i).</summary>
    private void CoupleReflectors()
    {
        for (int i = _n - 1; i > 1; i -= 2)
        {
            double sum = 0;
            for (int j = 0; j < i - 1; j++)
                sum += _a[i * _n + j] * _a[(i - 1) * _n + j];
            _coupling[i] = sum;
        }
    }

    /// <summary>Components first … first+15 of all eigenvectors: the strip of H(1)·…·H(n−1)·I, rotated.</summary>
    private void OneStrip(int first, int[] rank, double[] vectors)
    {
        var strip = new double[_n * Strip];
        int width = Math.Min(Strip, _n - first);
        for (int c = 0; c < width; c++)
            strip[(first + c) * Strip + c] = 1;
        for (int i = _n - 1; i > 0; i -= 2)
            ApplyReflectors(ref strip[0], i);
        foreach (ImplicitQL.Step step in _ql.Steps)
            ApplyRotations(ref strip[0], step);
        for (int j = 0; j < _n; j++)
            strip.AsSpan(j * Strip, width).CopyTo(vectors.AsSpan(rank[j] * _n + first, width));
    }

    /// <summary>S := H(i−1)·H(i)·S; one pass takes both dot products, one makes both updates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ApplyReflectors(ref double strip, int i)
    {
        ref double v = ref _a[i * _n];
        ref double u = ref _a[(i - 1) * _n];
        double inverseV = _h[i] == 0 ? 0 : 1 / _h[i], inverseU = i == 1 || _h[i - 1] == 0 ? 0 : 1 / _h[i - 1];
        int last = i - 1;
        Vector512<double> v0 = default, v1 = default, u0 = default, u1 = default;
        for (int j = 0; j < last; j++)
        {
            Vector512<double> s0 = Load(ref strip, j * Strip), s1 = Load(ref strip, j * Strip + 8);
            Vector512<double> vj = Vector512.Create(Unsafe.Add(ref v, j)), uj = Vector512.Create(Unsafe.Add(ref u, j));
            v0 = Fma(vj, s0, v0);
            v1 = Fma(vj, s1, v1);
            u0 = Fma(uj, s0, u0);
            u1 = Fma(uj, s1, u1);
        }
        Vector512<double> vl = Vector512.Create(Unsafe.Add(ref v, last));
        Vector512<double> l0 = Load(ref strip, last * Strip), l1 = Load(ref strip, last * Strip + 8);
        v0 = Fma(vl, l0, v0) * -inverseV;
        v1 = Fma(vl, l1, v1) * -inverseV;
        Vector512<double> coupling = Vector512.Create(_coupling[i]);
        u0 = Fma(coupling, v0, u0) * -inverseU;
        u1 = Fma(coupling, v1, u1) * -inverseU;
        for (int j = 0; j < last; j++)
        {
            Vector512<double> vj = Vector512.Create(Unsafe.Add(ref v, j)), uj = Vector512.Create(Unsafe.Add(ref u, j));
            Store(Fma(vj, v0, Fma(uj, u0, Load(ref strip, j * Strip))), ref strip, j * Strip);
            Store(Fma(vj, v1, Fma(uj, u1, Load(ref strip, j * Strip + 8))), ref strip, j * Strip + 8);
        }
        Store(Fma(vl, v0, l0), ref strip, last * Strip);
        Store(Fma(vl, v1, l1), ref strip, last * Strip + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ApplyRotations(ref double strip, ImplicitQL.Step step)
    {
        ref double rotation = ref MemoryMarshal.GetReference(_ql.Rotations[step.Offset..]);
        Vector512<double> f0 = Load(ref strip, step.High * Strip), f1 = Load(ref strip, step.High * Strip + 8);
        for (int i = step.High - 1; i >= step.Low; i--)
        {
            Vector512<double> c = Vector512.Create(rotation), s = Vector512.Create(Unsafe.Add(ref rotation, 1));
            rotation = ref Unsafe.Add(ref rotation, 2);
            Vector512<double> z0 = Load(ref strip, i * Strip), z1 = Load(ref strip, i * Strip + 8);
            Store(Fma(c, f0, s * z0), ref strip, (i + 1) * Strip);
            Store(Fma(c, f1, s * z1), ref strip, (i + 1) * Strip + 8);
            f0 = Fma(-s, f0, c * z0);
            f1 = Fma(-s, f1, c * z1);
        }
        Store(f0, ref strip, step.Low * Strip);
        Store(f1, ref strip, step.Low * Strip + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load(ref double start, int index) => Vector512.LoadUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<double> value, ref double start, int index) =>
        value.StoreUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Fma(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Vector512.MultiplyAddEstimate(x, y, z);
}
