using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// The entrywise constraints of the relaxation: Z ≥ 0, Z_IJ = 0 for units kept apart, Z_II ≥ w_I / (largest group), and
/// triangle cuts once there are any. The projection leaves Z − V = S − Σ w_t·B_t with S ≥ 0 (free where Z is fixed to
/// 0) and w ≥ 0.
/// </summary>
internal sealed class EntrySet
{
    private readonly int[] _fixedToZero;
    private readonly double[]? _floor;
    private readonly int _n;

    public EntrySet(PartitionProblem problem, double[] u)
    {
        _n = problem.Count;
        _fixedToZero = problem.Forbidden is null ? []
            : [.. Enumerable.Range(0, _n).SelectMany(i => Enumerable.Range(0, i)
            .Where(j => problem.Forbidden[i * _n + j]).Select(j => Packed.RowStart(i) + j))];
        if (problem.MaxSize < problem.TaskCount)
            _floor = [.. problem.Weights.Select(w => (double)w / problem.MaxSize)];
        Cuts = new TriangleCuts(_n, u);
    }

    public TriangleCuts Cuts { get; }

    /// <summary>
    /// Whether the plain non-negative set is all there is, so that the uniform point is strictly inside.
    /// </summary>
    public bool IsPlain => _fixedToZero.Length == 0 && _floor is null;

    /// <summary>
    /// Z := the projection of V (with cuts: after a few passes towards it, with the invariant of the class kept).
    /// </summary>
    public void Project(double[] v, double[] z)
    {
        if (Cuts.Count > 0)
        {
            Cuts.Project(v, z, Clamp);
            return;
        }
        v.CopyTo(z, 0);
        Clamp(z);
    }

    /// <summary>⟨S, L⟩ for S = Z − V without cuts' part; S acts on the diagonal only where sizes are limited.</summary>
    public double FloorTerm(ReadOnlySpan<double> difference)
    {
        double sum = 0;
        for (int i = 0; _floor is not null && i < _n; i++)
            sum += _floor[i] * (difference[Packed.RowStart(i) + i] + Cuts.OnDiagonal(i));
        return sum;
    }

    public void ScaleMultipliers(double factor) => Cuts.Scale(factor);

    private void Clamp(double[] z)
    {
        TensorPrimitives.Max(z, 0, z);
        foreach (int entry in _fixedToZero)
            z[entry] = 0;
        for (int i = 0; _floor is not null && i < _n; i++)
            z[Packed.RowStart(i) + i] = Math.Max(_floor[i], z[Packed.RowStart(i) + i]);
    }
}
