using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>Variances of the parts of a measured loss in standard units; see <see cref="EstimateCorrector"/>.</summary>
/// <param name="Estimate">Of the weight of the estimate, β.</param>
/// <param name="Source">Of what a source does to all targets alike, γ.</param>
/// <param name="Pair">Of what a source does to one target, θ.</param>
/// <param name="Noise">Of what no part explains, beside the noise of the measurement.</param>
internal sealed record VarianceComponents(double Estimate, double Source, double Pair, double Noise)
{
    // Standard deviations tried; spreads are 1 by construction.
    private static readonly double[] s_grid = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1];

    // Without it few measurements could be explained to the last digit.
    private const double LeastNoise = 0.1;

    /// <summary>Whether neither the estimate nor any source shows in the measurements.</summary>
    public bool ExplainsNothing => Estimate == 0 && Source == 0 && Pair == 0;

    /// <summary>
    /// The components of the highest marginal likelihood N(y; 0, K), found on a grid one at a time until none gets
    /// better, and K⁻¹y.
    /// </summary>
    /// <param name="y">n measurements, centred.</param>
    /// <param name="estimates">Their estimates, centred.</param>
    /// <param name="members">n rows: who was in the subset, centred.</param>
    /// <param name="target">n task indices.</param>
    /// <param name="measurement">Variance of the measurement's own noise.</param>
    public static (VarianceComponents Components, double[] Solution) Fit(double[] y, double[] estimates,
        double[][] members, int[] target, double measurement)
    {
        int n = y.Length;
        var likeness = new double[n * n];
        for (int a = 0; a < n; a++)
            for (int b = 0; b < n; b++)
                likeness[a * n + b] = TensorPrimitives.Dot<double>(members[a], members[b]);
        double[] deviations = [0.3, 0.2, 0.4, 0.3];
        (double Likelihood, double[] Solution) best = Evaluate(deviations);
        for (bool improved = true; improved;)
        {
            improved = false;
            for (int part = 0; part < deviations.Length; part++)
                foreach (double candidate in part == 3 ? s_grid.Where(d => d >= LeastNoise) : s_grid)
                {
                    double[] tried = [.. deviations];
                    tried[part] = candidate;
                    (double Likelihood, double[] Solution) found = Evaluate(tried);
                    if (found.Likelihood <= best.Likelihood + 1e-9)
                        continue;
                    (best, deviations, improved) = (found, tried, true);
                }
        }
        return (new VarianceComponents(deviations[0] * deviations[0], deviations[1] * deviations[1],
            deviations[2] * deviations[2], deviations[3] * deviations[3]), best.Solution);

        (double Likelihood, double[] Solution) Evaluate(double[] d)
        {
            var k = new double[n * n];
            for (int a = 0; a < n; a++)
                for (int b = 0; b <= a; b++)
                    k[a * n + b] = k[b * n + a] = d[0] * d[0] * estimates[a] * estimates[b]
                        + (d[1] * d[1] + (target[a] == target[b] ? d[2] * d[2] : 0)) * likeness[a * n + b]
                        + (a == b ? d[3] * d[3] + measurement : 0);
            if (!Cholesky.TryFactor<double>(k, n, out _))
                return (double.NegativeInfinity, new double[n]);
            double[] solution = [.. y];
            Cholesky.Solve<double>(k, n, solution);
            double likelihood = -0.5 * TensorPrimitives.Dot<double>(y, solution);
            for (int a = 0; a < n; a++)
                likelihood -= Math.Log(k[a * n + a]);
            return (likelihood, solution);
        }
    }
}
