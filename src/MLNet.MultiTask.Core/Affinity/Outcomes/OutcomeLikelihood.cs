using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The maximum of the marginal likelihood N(y; 0, K) of measured outcomes, K = Σ_p v_p·K_p, over the variances v_p on a
/// grid: one at a time, to a place near by, until none gets better.
/// </summary>
internal static class OutcomeLikelihood
{
    // Standard deviations tried; spreads are about 1 by construction.
    private static readonly double[] s_grid = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.4];

    // Places of the grid that a step may pass.
    private const int Reach = 2;

    // A hundred to one: decisive evidence on Jeffreys' scale.
    private static readonly double s_decisive = Math.Log(100);

    // Without noise few measurements could be explained to the last digit; and no company does quite what its members
    // add up to, however little the runs tell of it.
    private const double LeastNoise = 0.1, LeastCompany = 0.05;

    /// <summary>The density in the form that is cheaper: by blocks unless U is nearly as wide as K.</summary>
    /// <param name="cells">n cells.</param>
    /// <param name="y">Their outcomes.</param>
    /// <param name="tasks">T.</param>
    public static IOutcomeDensity Density(OutcomeCell[] cells, double[] y, int tasks) =>
        3 * BlockOutcomeDensity.Columns(cells, tasks) < cells.Length
            ? new BlockOutcomeDensity(cells, y, tasks) : new DenseOutcomeDensity(cells, y, tasks);

    /// <summary>The likeliest variances.</summary>
    /// <param name="density">Of the outcomes.</param>
    /// <param name="start">Where the search begins.</param>
    /// <param name="believed">How many of the first variances leave 0 only on decisive evidence.</param>
    /// <param name="threads">Upper limit of threads.</param>
    /// <param name="cancellationToken">Looked at before each candidate.</param>
    public static OutcomeVariances Maximize(IOutcomeDensity density, OutcomeVariances start, int believed,
        int? threads, CancellationToken cancellationToken)
    {
        // By blocks, a candidate takes less time than a thread needs to wake up.
        if (density is BlockOutcomeDensity)
            threads = 1;
        double[] variances = start.ToArray();
        int last = variances.Length - 1;
        double best = density.Log(variances);
        for (bool improved = true; improved;)
        {
            improved = false;
            for (int part = 0; part <= last; part++)
            {
                int here = Array.FindIndex(s_grid, d => d * d >= variances[part] * (1 - 1e-9));
                double[] candidates = [.. s_grid.Where((d, at) => Math.Abs(at - here) <= Reach && at != here
                    && d >= Least(part, last)).Select(d => d * d)];
                double[] found = ParallelRuns.Map(candidates.Length, threads, c =>
                {
                    double[] tried = [.. variances];
                    tried[part] = candidates[c];
                    return density.Log(tried);
                }, cancellationToken);
                int at = Array.IndexOf(found, found.Max());
                if (!(found[at] > best + (part < believed && variances[part] == 0 ? s_decisive : 1e-6)))
                    continue;
                (best, variances[part], improved) = (found[at], candidates[at], true);
            }
        }
        return OutcomeVariances.From(variances);
    }

    // Company, draw and noise come last.
    private static double Least(int part, int last) => part == last ? LeastNoise : part == last - 2 ? LeastCompany : 0;
}
