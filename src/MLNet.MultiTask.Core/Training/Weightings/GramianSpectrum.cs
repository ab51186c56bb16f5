using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Functions of a Gramian, f(G)·x = Σ f(λ)·v·vᵀx over the eigenvalues that are not zero but for rounding.
/// </summary>
internal sealed class GramianSpectrum(int capacity)
{
    private const double Negligible = 1e-9;

    private readonly JacobiEigen _eigen = new(capacity);
    private int _n;

    /// <summary>Takes an n×n Gramian.</summary>
    public void Decompose(ReadOnlySpan<double> gramian, int n)
    {
        _n = n;
        _eigen.Decompose(gramian, n);
    }

    /// <summary>
    /// Writes f(G)·x; x itself where its part outside the null space is rounding: gradients combined so cancel.
    /// </summary>
    public void Apply(Func<double, double> f, ReadOnlySpan<double> x, Span<double> result)
    {
        double least = Negligible * TensorPrimitives.Max(_eigen.Values);
        double kept = 0;
        result.Clear();
        for (int k = 0; k < _n; k++)
        {
            if (!(_eigen.Values[k] > least))
                continue;
            ReadOnlySpan<double> v = _eigen.Vector(k);
            double along = TensorPrimitives.Dot(v, x);
            kept += along * along;
            TensorPrimitives.MultiplyAdd(v, f(_eigen.Values[k]) * along, result, result);
        }
        if (kept < Negligible * Negligible * TensorPrimitives.SumOfSquares(x))
            x.CopyTo(result);
    }
}
