using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Projects combinations of the tasks' gradients on the cone of directions that harm none of them:
/// argmin vᵀGv subject to v ≥ u, with G / tr G + ε·I in place of G.
/// </summary>
internal sealed class DualCone(int capacity)
{
    private readonly double[] _gramian = new double[capacity * capacity], _linear = new double[capacity];
    private readonly ActiveSetQuadratic _solver = new(capacity);
    private int _n;

    /// <summary>Takes an n×n Gramian.</summary>
    public void Begin(ReadOnlySpan<double> gramian, int n, double regularization)
    {
        _n = n;
        double trace = 0;
        for (int i = 0; i < n; i++)
            trace += gramian[i * n + i];
        TensorPrimitives.Divide(gramian, trace, _gramian);
        for (int i = 0; i < n; i++)
            _gramian[i * n + i] += regularization;
    }

    /// <summary>Writes the projection of Σ uᵢ·gᵢ.</summary>
    public void Project(ReadOnlySpan<double> u, Span<double> v)
    {
        Span<double> linear = _linear.AsSpan(0, _n);
        linear.Clear();
        for (int i = 0; i < _n; i++)
            if (u[i] != 0)
                TensorPrimitives.MultiplyAdd(_gramian.AsSpan(i * _n, _n), u[i], linear, linear);
        _solver.Solve(_gramian.AsSpan(0, _n * _n), linear, _n, onSimplex: false, v);
        TensorPrimitives.Add(v, u, v);
    }
}
