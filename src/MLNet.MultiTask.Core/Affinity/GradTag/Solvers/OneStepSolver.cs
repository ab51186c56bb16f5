using System.Collections.Concurrent;
using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// One Newton step from W0 for a subset S of tasks: w = (Σ share_t·H_t + λI)⁻¹ Σ share_t·c_t over t ∈ S, the minimiser
/// where the loss is quadratic. Its cost does not depend on the number of rows. Heads that move are eliminated task by
/// task before.
/// </summary>
/// <param name="statistics">H_t and c_t of all tasks.</param>
internal sealed class OneStepSolver(TaskStatistics statistics) : ISubsetSolver
{
    private readonly EliminatedHeads _eliminated = new(statistics);
    private readonly ConcurrentBag<UpperCholesky> _workspaces = [];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The curvature plus λ is not positive definite; the tasks are named
    /// by index.</exception>
    public SubsetStep Solve(SubsetProblem problem)
    {
        (int[] subset, double[]? penalties) = (problem.Subset, problem.HeadLambdas);
        EliminatedHead[]? heads = penalties is null ? null
            : [.. subset.Select((t, k) => _eliminated.Of(t, penalties[k]))];
        int d = statistics.Dimension;
        var w = new float[d];
        if (!_workspaces.TryTake(out UpperCholesky? factor))
            factor = new UpperCholesky(d);
        for (int i = 0; i < d; i++)
            factor.Row(i).Clear();
        for (int k = 0; k < subset.Length; k++)
        {
            float share = (float)problem.Shares[k];
            for (int i = 0; i < d; i++)
            {
                Span<float> row = factor.Row(i);
                TensorPrimitives.MultiplyAdd(
                    heads is null ? statistics.HessianRow(subset[k], i) : heads[k].HessianRow(i), share, row, row);
            }
            TensorPrimitives.MultiplyAdd(heads?[k].Gradient ?? statistics.Gradients[subset[k]], share, w, w);
        }
        for (int i = 0; i < d; i++)
            factor.Row(i)[0] += (float)problem.Lambda;
        if (!factor.TryFactor(out int pivot))
            throw new InvalidOperationException(
                $"The curvature of tasks {string.Join(", ", subset)} plus λ = {problem.Lambda} " +
                $"is not positive definite (pivot {pivot} of {d}); a larger λ is needed");
        factor.Solve(w);
        _workspaces.Add(factor);
        return new SubsetStep(w, heads is null ? null : [.. heads.Select(h => h.Step(w))]);
    }
}
