using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Draws how long the tasks' gradients are along random directions of N(0, I): jointly N(0, G), that is L·ξ with
/// G = L·Lᵀ and ξ standard normal.
/// </summary>
internal sealed class GramianSketch(int capacity)
{
    private readonly double[] _lower = new double[capacity * capacity], _normal = new double[capacity];

    /// <summary>Factors a Gramian of mean diagonal 1.</summary>
    public void Factor(ReadOnlySpan<double> gramian, int n)
    {
        // Dependent gradients make the Gramian singular; the ridge grows until rounding does not matter.
        for (double ridge = 1e-12; ; ridge *= 100)
        {
            gramian.CopyTo(_lower);
            for (int i = 0; i < n; i++)
                _lower[i * n + i] += ridge;
            if (Cholesky.TryFactor(_lower.AsSpan(0, n * n), n, out _))
                return;
        }
    }

    /// <summary>One direction's values, task by task.</summary>
    public void Draw(ref RandomStream random, Span<double> along)
    {
        int n = along.Length;
        for (int i = 0; i < n; i++)
        {
            _normal[i] = random.NextNormal();
            along[i] = TensorPrimitives.Dot<double>(_lower.AsSpan(i * n, i + 1), _normal.AsSpan(0, i + 1));
        }
    }
}
