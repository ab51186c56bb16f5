using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// The semidefinite relaxation of the density objective, maximise ⟨A, X⟩ − cost·tr X over X ⪰ 0, X ≥ L, X·u = u, tr X
/// within the numbers of groups, by two-set ADMM. A task is one row; a unit of w tasks that must stay together is a row
/// with u = √w, so that A = D⁻¹BD⁻¹ and uᵀu = T. L is 1/(largest group) on the diagonal (times w) where sizes are
/// limited, else 0. X·u = u and X ⪰ 0 make X = uuᵀ/T + PXP with P = I − uuᵀ/T, so affine and semidefinite constraints
/// are one set, whose projection takes one eigen-decomposition; the other set is entrywise, with triangle cuts if asked
/// for.
/// </summary>
internal sealed class SdpRelaxation
{
    private const double Relaxation = 1.7;
    private readonly int _n, _threads;
    private readonly double _total;
    private readonly double[] _full, _vectors, _values, _weights, _w, _wu;
    private readonly SymmetricEigen _eigen;
    private readonly SpectralSum _sum;
    private readonly AndersonAcceleration _anderson;
    private readonly double[] _image;

    public SdpRelaxation(PartitionProblem problem, int threads)
    {
        (_n, _threads, _total) = (problem.Count, threads, problem.TaskCount);
        U = [.. problem.Weights.Select(w => Math.Sqrt(w))];
        Rule = new TraceRule(problem.MinGroups, problem.MaxGroups, problem.GroupCost);
        int length = Packed.Length(_n);
        (A, V, Z, X, _w, _image) = (new double[length], new double[length], new double[length], new double[length],
            new double[length], new double[length]);
        (_full, _vectors) = (new double[_n * _n], new double[_n * _n]);
        (_values, _weights, _wu) = (new double[_n], new double[_n], new double[_n]);
        (_eigen, _sum, _anderson) = (new SymmetricEigen(_n), new SpectralSum(_n), new AndersonAcceleration(length));
        Entries = new EntrySet(problem, U);
        for (int i = 0; i < _n; i++)
            for (int j = 0; j <= i; j++)
            {
                A[Packed.RowStart(i) + j] = problem.B[i * _n + j] / (U[i] * U[j]);
                V[Packed.RowStart(i) + j] = U[i] * U[j] / _total;
            }
    }

    /// <summary>Objective matrix, packed.</summary>
    public double[] A { get; }

    /// <summary>State of the iteration, packed.</summary>
    public double[] V { get; }

    /// <summary>Nearest point to V in the entrywise set, packed.</summary>
    public double[] Z { get; }

    /// <summary>Last point of the spectral set: X·u = u, X ⪰ 0, trace as asked; packed.</summary>
    public double[] X { get; }

    /// <summary>Square roots of the units' sizes.</summary>
    public double[] U { get; }

    public TraceRule Rule { get; }

    public EntrySet Entries { get; }

    public int Iterations { get; private set; }

    /// <summary>Penalty ρ.</summary>
    public double Rho { get; private set; } = 1;

    /// <summary>Chooses ρ = 3·‖PAP‖/√k; ‖PAP‖ = 0 (every partition alike) leaves 1.</summary>
    public void ScaleTo(int groups)
    {
        A.CopyTo(_w, 0);
        ProjectOut(_w);
        double norm = Math.Sqrt(Packed.Inner(_w, _w, _n));
        Rho = norm > 1e-14 * Math.Sqrt(Packed.Inner(A, A, _n)) ? 3 * norm / Math.Sqrt(groups) : 1;
    }

    /// <summary>One iteration: one eigen-decomposition.</summary>
    /// <param name="accelerate">Whether the step goes through Anderson acceleration.</param>
    public void Step(bool accelerate)
    {
        Entries.Project(V, Z);
        TensorPrimitives.Subtract(Z, V, _w);
        TensorPrimitives.Add(_w, Z, _w);
        TensorPrimitives.MultiplyAdd(A, 1 / Rho, _w, _w);
        ProjectSpectral();
        TensorPrimitives.Subtract(X, Z, _image);
        TensorPrimitives.MultiplyAdd(_image, Relaxation, V, _image);
        if (accelerate)
            _anderson.Step(V, _image);
        else
            _image.CopyTo(V, 0);
        Iterations++;
    }

    /// <summary>Multiplies ρ by a factor and divides Z − V by it, so that the multipliers ρ·(Z − V) stay.</summary>
    public void RescaleRho(double factor)
    {
        Entries.Project(V, Z);
        TensorPrimitives.Subtract(V, Z, _image);
        TensorPrimitives.MultiplyAdd(_image, 1 / factor, Z, V);
        Entries.ScaleMultipliers(1 / factor);
        Rho *= factor;
        _anderson.Reset();
    }

    /// <summary>
    /// A bound that holds for every X of the relaxation, converged or not: with M = A + ρ(Z − V),
    /// uᵀMu/T + the largest eigenvalues of PMP that the rule allows − ρ⟨(Z − V)⁺, L⟩.
    /// </summary>
    public double UpperBound()
    {
        Entries.Project(V, Z);
        TensorPrimitives.Subtract(Z, V, _w);
        double floor = Rho * Entries.FloorTerm(_w);
        TensorPrimitives.Multiply(_w, Rho, _w);
        TensorPrimitives.Add(_w, A, _w);
        double norm = Math.Sqrt(Packed.Inner(_w, _w, _n));
        double along = ProjectOut(_w);
        Packed.Unpack(_w, _n, _full);
        double shift = Deflate(_w);
        _eigen.Values(_full, _values);
        double rounding = Rule.MaxGroups * _n * Math.ScaleB(1, -52) * (norm + shift);
        return along + Rule.Largest(_values.AsSpan(1)) - floor + rounding;
    }

    /// <summary>X := the nearest point of the spectral set to W.</summary>
    private void ProjectSpectral()
    {
        ProjectOut(_w);
        Packed.Unpack(_w, _n, _full);
        Deflate(_w);
        _eigen.Decompose(_full, _values, _vectors, _threads);
        _weights[0] = 0;
        Rule.Project(_values.AsSpan(1), Rule.Cost / Rho, _weights.AsSpan(1));
        for (int i = 0; i < _n; i++)
            for (int j = 0; j <= i; j++)
                X[Packed.RowStart(i) + j] = U[i] * U[j] / _total;
        _sum.AddTo(_vectors, _weights, X, _threads);
    }

    /// <summary>W := PWP; returns uᵀWu/T.</summary>
    private double ProjectOut(double[] w)
    {
        Packed.Multiply(w, U, _wu);
        double along = TensorPrimitives.Dot<double>(_wu, U) / _total;
        for (int i = 0; i < _n; i++)
        {
            Span<double> row = w.AsSpan(Packed.RowStart(i), i + 1);
            double a = (along * U[i] - _wu[i]) / _total, b = -U[i] / _total;
            for (int j = 0; j <= i; j++)
                row[j] += a * U[j] + b * _wu[j];
        }
        return along;
    }

    /// <summary>
    /// Makes u the eigenvector of the lowest eigenvalue, so that the rest span its complement; returns the shift.
    /// </summary>
    private double Deflate(double[] projected)
    {
        double shift = 1.1 * Math.Sqrt(Packed.Inner(projected, projected, _n)) + double.Epsilon;
        for (int i = 0; i < _n; i++)
            for (int j = 0; j <= i; j++)
                _full[i * _n + j] -= shift * U[i] * U[j] / _total;
        return shift;
    }
}
