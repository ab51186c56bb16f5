using System.Globalization;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Really trains some subsets from fresh weights, holds the estimates of an early stage against them, and corrects the
/// estimates.
/// </summary>
internal static class StageProbes
{
    // Share of retraining this many subsets that the whole estimate may cost is reported.
    private const int CostSubsets = 2500;

    /// <summary>What was found, and what it cost.</summary>
    /// <param name="Corrector">Corrects estimates.</param>
    /// <param name="Flops">Floating-point operations of the real runs, by formula.</param>
    /// <param name="Diagnostics">Named values for the affinity.</param>
    /// <param name="Warnings">What a user should know before relying on the affinity.</param>
    public sealed record Result(EstimateCorrector Corrector, double Flops,
        IReadOnlyList<(string Name, double Value)> Diagnostics, IReadOnlyList<string> Warnings);

    /// <summary>Runs it.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="options">How many subsets, how often.</param>
    /// <param name="predict">Estimated losses of a subset's members.</param>
    /// <param name="estimateFlops">Floating-point operations spent before.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static Result Run(TaskTable table, RowSplit split, GradTagOptions options, Func<int[], double[]> predict,
        double estimateFlops, CancellationToken cancellationToken)
    {
        int tasks = table.Tasks.Count;
        int[][] subsets = AffinitySubsets.Draw(tasks, AffinitySubsets.DefaultSize(tasks), options.StageProbes, 1,
            new RandomStream(options.Seed, "stage").NextUInt64());
        subsets = subsets[..Math.Min(subsets.Length, options.StageProbes)];
        (double[][][] runs, int horizon, double flops) =
            LearningTruth.Measure(table, split, subsets, options, cancellationToken);
        double[][] estimates =
            Training.ParallelRuns.Map(subsets.Length, options.Threads, s => predict(subsets[s]), cancellationToken);
        EstimateCorrector corrector = EstimateCorrector.Fit(tasks, subsets, runs, estimates);
        (double correlation, double error) = Correlation(tasks, subsets, SubsetValues.Mean(runs), estimates);
        double ceiling = SubsetValues.NoiseCeiling(tasks, subsets, runs);
        double training = flops / (subsets.Length * options.StageRuns);
        return new Result(corrector, flops,
        [
            ("stageProbes", subsets.Length),
            ("stageHorizon", horizon),
            ("stageCorrelation", correlation),
            ("stageStandardError", error),
            ("stageCeiling", double.IsNaN(ceiling) ? 0 : ceiling),
            ("stageEstimateWeight", corrector.EstimateWeight),
            ("stageCost", (estimateFlops + flops) / (CostSubsets * training)),
        ], [.. Warnings(subsets.Length, correlation, error, ceiling, corrector)]);
    }

    /// <summary>The correlation within tasks, and its standard error by leaving out one subset at a time.</summary>
    internal static (double Value, double Error) Correlation(int tasks, int[][] subsets, double[][] losses,
        double[][] estimates)
    {
        double Of(int[] kept)
        {
            int[][] chosen = [.. kept.Select(s => subsets[s])];
            double value = SubsetValues.Pearson(SubsetValues.Centred(tasks, chosen, [.. kept.Select(s => losses[s])]),
                SubsetValues.Centred(tasks, chosen, [.. kept.Select(s => estimates[s])]));
            return double.IsNaN(value) ? 0 : value;
        }
        int n = subsets.Length;
        int[] all = [.. Enumerable.Range(0, n)];
        double[] without = [.. all.Select(left => Of([.. all.Where(s => s != left)]))];
        double mean = without.Average();
        return (Of(all), Math.Sqrt((n - 1.0) / n * without.Sum(v => (v - mean) * (v - mean))));
    }

    private static IEnumerable<string> Warnings(int subsets, double correlation, double error, double ceiling,
        EstimateCorrector corrector)
    {
        if (corrector.Components.ExplainsNothing)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Nothing estimated shows in the {subsets} subsets really trained " +
                $"(correlation within tasks {correlation:F2} ± {error:F2}, ceiling {ceiling:F2}); the affinity is " +
                $"not confirmed.");
        else if (!(correlation > 2 * error))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The estimates do not clearly agree with the {subsets} subsets really trained " +
                $"(correlation within tasks {correlation:F2} ± {error:F2}, ceiling {ceiling:F2}); the affinity rests " +
                $"on those subsets more than on gradients.");
    }
}
