using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The marginal likelihood N(y; 0, K) of measured outcomes, K = Σ_p v_p·K_p, and its maximum over the variances v_p on
/// a grid: one at a time, to a place near by, until none gets better.
/// </summary>
internal sealed class OutcomeLikelihood
{
    // Standard deviations tried; spreads are about 1 by construction.
    private static readonly double[] s_grid = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.4];

    // Places of the grid that a step may pass.
    private const int Reach = 2;

    // Without it few measurements could be explained to the last digit.
    private const double LeastNoise = 0.1;
    private readonly double[] _y;
    private readonly double[][] _parts;

    /// <param name="cells">n cells.</param>
    /// <param name="y">Their outcomes.</param>
    /// <param name="tasks">T.</param>
    public OutcomeLikelihood(OutcomeCell[] cells, double[] y, int tasks)
    {
        int n = cells.Length, count = OutcomeVariances.Parts(cells[0].Estimates.Length);
        (_y, _parts) = (y, [.. Enumerable.Range(0, count).Select(_ => new double[n * n])]);
        var products = new double[count];
        for (int a = 0; a < n; a++)
            for (int b = 0; b <= a; b++)
            {
                OutcomeVariances.Products(cells[a], cells[b], tasks, products);
                for (int p = 0; p < count; p++)
                    _parts[p][a * n + b] = products[p];
                _parts[count - 2][a * n + b] = a == b ? 1 : 0;
            }
    }

    /// <summary>The likeliest variances.</summary>
    /// <param name="start">Where the search begins.</param>
    /// <param name="noise">Known variance of the noise; null = sought too.</param>
    /// <param name="threads">Upper limit of threads.</param>
    /// <param name="cancellationToken">Looked at before each candidate.</param>
    public OutcomeVariances Maximize(OutcomeVariances start, double? noise, int? threads,
        CancellationToken cancellationToken)
    {
        double[] variances = start.ToArray();
        int last = variances.Length - 1;
        if (noise is { } known)
            variances[last] = known;
        double best = Evaluate(variances);
        for (bool improved = true; improved;)
        {
            improved = false;
            for (int part = 0; part < (noise is null ? last + 1 : last); part++)
            {
                int here = Array.FindIndex(s_grid, d => d * d >= variances[part] * (1 - 1e-9));
                double[] candidates = [.. s_grid.Where((d, at) => Math.Abs(at - here) <= Reach && at != here
                    && (part < last || d >= LeastNoise)).Select(d => d * d)];
                double[] found = ParallelRuns.Map(candidates.Length, threads, c =>
                {
                    double[] tried = [.. variances];
                    tried[part] = candidates[c];
                    return Evaluate(tried);
                }, cancellationToken);
                int at = Array.IndexOf(found, found.Max());
                if (!(found[at] > best + 1e-6))
                    continue;
                (best, variances[part], improved) = (found[at], candidates[at], true);
            }
        }
        return OutcomeVariances.From(variances);
    }

    /// <summary>ln N(y; 0, K) but for a constant.</summary>
    private double Evaluate(double[] variances)
    {
        if (Factor(variances) is not { } factor)
            return double.NegativeInfinity;
        int n = _y.Length;
        double[] whitened = [.. _y];
        Cholesky.SolveLower<double>(factor, n, whitened);
        double likelihood = -0.5 * TensorPrimitives.SumOfSquares<double>(whitened);
        for (int a = 0; a < n; a++)
            likelihood -= Math.Log(factor[a * n + a]);
        return likelihood;
    }

    /// <summary>L of K = LLᵀ; null where K is singular.</summary>
    public double[]? Factor(double[] variances)
    {
        int n = _y.Length;
        var k = new double[n * n];
        TensorPrimitives.Multiply(_parts[^1], OutcomeVariances.Level, k);
        for (int p = 0; p < variances.Length; p++)
            if (variances[p] > 0)
                TensorPrimitives.MultiplyAdd(_parts[p], variances[p], k, k);
        return Cholesky.TryFactor<double>(k, n, out _) ? k : null;
    }
}
