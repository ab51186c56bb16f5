using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Corrects estimated losses by some that were really measured, as far as the two disagree: a mixed model of task i's
/// loss in subset S, all in units of task i's spread, y_i(S) = μ_i + β·ê_i(S) + Σ_{j ∈ S} (γ_j + θ_ij) + noise, with β,
/// γ, θ normal and their variances those of the highest likelihood. Where estimates agree with the measurements they
/// decide; where they do not, β vanishes and the pairs' own effects θ take over. (After the residual corrector of ETAP,
/// Ayman et al., ICLR 2026.)
/// </summary>
internal sealed class EstimateCorrector
{
    private readonly Moments[] _moments;
    private readonly double[] _sources, _pairs;

    private EstimateCorrector(Moments[] moments, VarianceComponents components, double weight, double[] sources,
        double[] pairs) =>
        (_moments, Components, EstimateWeight, _sources, _pairs) = (moments, components, weight, sources, pairs);

    /// <summary>The variances found.</summary>
    public VarianceComponents Components { get; }

    /// <summary>
    /// β: what one standard deviation of a task's estimates is worth in standard deviations of its losses.
    /// </summary>
    public double EstimateWeight { get; }

    /// <summary>Fits to measured subsets.</summary>
    /// <param name="tasks">T.</param>
    /// <param name="subsets">Subsets measured.</param>
    /// <param name="runs">runs[r][s][k] = loss of the k-th task of subset s in run r; how runs differ says how noisy
    /// their mean is.</param>
    /// <param name="estimates">estimates[s][k] for the same.</param>
    public static EstimateCorrector Fit(int tasks, int[][] subsets, double[][][] runs, double[][] estimates)
    {
        double[][] losses = SubsetValues.Mean(runs);
        Moments[] moments =
            [.. Enumerable.Range(0, tasks).Select(t => Moments.Of(t, tasks, subsets, losses, estimates))];
        (int Subset, int Place)[] cells = [.. subsets.SelectMany((subset, s) => subset.Select((_, k) => (s, k)))
            .Where(c => moments[subsets[c.s][c.k]].Deviation > 0)];
        int[] target = [.. cells.Select(c => subsets[c.Subset][c.Place])];
        double[] y = [.. cells.Select((c, r) => moments[target[r]].Loss(losses[c.Subset][c.Place]))];
        double[] e = [.. cells.Select((c, r) => moments[target[r]].Estimate(estimates[c.Subset][c.Place]))];
        double[][] members = [.. cells.Select((c, r) => moments[target[r]].Members(subsets[c.Subset]))];
        double measurement = runs.Length < 2 ? 0 : cells.Select((c, r) => runs.Sum(run =>
            Math.Pow((run[c.Subset][c.Place] - losses[c.Subset][c.Place]) / moments[target[r]].Deviation, 2)))
            .DefaultIfEmpty().Average()
            / (runs.Length * (runs.Length - 1));
        (VarianceComponents components, double[] solution) = VarianceComponents.Fit(y, e, members, target, measurement);

        double weight = components.Estimate * TensorPrimitives.Dot<double>(solution, e);
        double[] sources = new double[tasks], pairs = new double[tasks * tasks];
        for (int r = 0; r < y.Length; r++)
        {
            TensorPrimitives.MultiplyAdd(members[r], components.Source * solution[r], sources, sources);
            Span<double> row = pairs.AsSpan(target[r] * tasks, tasks);
            TensorPrimitives.MultiplyAdd(members[r], components.Pair * solution[r], row, row);
        }
        return new EstimateCorrector(moments, components, weight, sources, pairs);
    }

    /// <summary>
    /// Predicted losses of the members of a subset. A task without measured spread keeps its estimate, and so do all if
    /// nothing explains the measurements.
    /// </summary>
    public double[] Predict(int[] subset, double[] estimates) =>
        [.. subset.Select((t, k) => Components.ExplainsNothing || _moments[t].Deviation == 0
            ? estimates[k] : Predict(subset, t, estimates[k]))];

    private double Predict(int[] subset, int target, double estimate)
    {
        Moments own = _moments[target];
        double[] members = own.Members(subset);
        double value = EstimateWeight * own.Estimate(estimate) + TensorPrimitives.Dot<double>(members, _sources)
            + TensorPrimitives.Dot<double>(members, _pairs.AsSpan(target * members.Length, members.Length));
        return own.Mean + own.Deviation * value;
    }

    // Means and spreads over the measured subsets that hold a task; each spread 0 where there is none.
    private sealed record Moments(int Target, double Mean, double Deviation, double EstimateMean,
        double EstimateDeviation, double[] Company)
    {
        public static Moments Of(int target, int tasks, int[][] subsets, double[][] losses, double[][] estimates)
        {
            int[] holding = [.. Enumerable.Range(0, subsets.Length).Where(s => subsets[s].Contains(target))];
            var company = new double[tasks];
            foreach (int s in holding)
                foreach (int j in subsets[s])
                    company[j] += j == target ? 0 : 1.0 / holding.Length;
            (double mean, double deviation) =
                MeanAndDeviation([.. holding.Select(s => losses[s][Array.IndexOf(subsets[s], target)])]);
            (double estimate, double spread) =
                MeanAndDeviation([.. holding.Select(s => estimates[s][Array.IndexOf(subsets[s], target)])]);
            return new Moments(target, mean, deviation, estimate, spread, company);
        }

        public double Loss(double value) => (value - Mean) / Deviation;

        public double Estimate(double value) => EstimateDeviation > 0 ? (value - EstimateMean) / EstimateDeviation : 0;

        /// <summary>1 for those with the target in a subset, less how often they are.</summary>
        public double[] Members(int[] subset)
        {
            double[] row = [.. Company.Select(share => -share)];
            foreach (int j in subset)
                row[j] += j == Target ? 0 : 1;
            return row;
        }

        private static (double Mean, double Deviation) MeanAndDeviation(double[] values)
        {
            if (values.Length == 0)
                return (0, 0);
            double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            return (mean, deviation <= 1e-9 * Math.Abs(mean) ? 0 : deviation);
        }
    }
}
