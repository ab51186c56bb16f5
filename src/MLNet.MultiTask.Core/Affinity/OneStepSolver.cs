using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// One Newton step from W0 for a subset S of tasks: w = (Σ share_t·H_t + λI)⁻¹ Σ share_t·c_t over t ∈ S, the minimiser of
/// mean loss + ½λ‖w‖² where the loss is quadratic. Keeps its work space: one solver per thread.
/// </summary>
internal sealed class OneStepSolver(TaskStatistics statistics)
{
    private readonly float[] _matrix = new float[statistics.Dimension * statistics.Dimension];

    /// <summary>Solves for w.</summary>
    /// <param name="subset">Tasks of S.</param>
    /// <param name="shares">Weight of each member in the loss of S; sums to 1.</param>
    /// <param name="lambda">Ridge penalty, positive.</param>
    /// <param name="w">Length d, overwritten.</param>
    public void Solve(ReadOnlySpan<int> subset, ReadOnlySpan<float> shares, double lambda, Span<float> w)
    {
        int d = statistics.Dimension;
        Array.Clear(_matrix);
        w.Clear();
        for (int k = 0; k < subset.Length; k++)
        {
            TensorPrimitives.MultiplyAdd(statistics.Hessians[subset[k]], shares[k], _matrix, _matrix);
            TensorPrimitives.MultiplyAdd(statistics.Gradients[subset[k]], shares[k], w, w);
        }
        for (int i = 0; i < d; i++)
            _matrix[i * d + i] += (float)lambda;
        if (!Cholesky.TryFactor<float>(_matrix, d, out int pivot))
            throw new InvalidOperationException($"The curvature of tasks {string.Join(", ", subset.ToArray())} plus λ = {lambda} " +
                $"is not positive definite (pivot {pivot} of {d}); a larger λ is needed");
        Cholesky.Solve<float>(_matrix, d, w);
    }
}
