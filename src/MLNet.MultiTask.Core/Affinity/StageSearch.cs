using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Picks the stage of the base networks and the length of steps by real runs: some subsets are trained from scratch, and the candidate
/// whose predictions, and whose neighbours', correlate best with them within tasks is taken. No fixed stopping rule does: a base that is trained too long can rank
/// true partners below strangers.
/// </summary>
internal static class StageSearch
{
    // Epochs of fine-tuning that a step may imitate, or penalties of the Euclidean step.
    private static readonly double[] s_epochs = [0.5, 1, 2, 4, 8, 16, 32];
    private static readonly double[] s_lambdas = [0.01, 0.03, 0.1, 0.3, 1];

    /// <summary>The stage found (null = best epoch), its step length, its correlation with the real runs and their noise ceiling.</summary>
    public readonly record struct Choice(int? Epochs, StepLength Length, double Correlation, double Ceiling, double Flops, GradTagBase[] Bases);

    /// <summary>Runs the search.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="runs">Base runs with the networks they kept.</param>
    /// <param name="options">Number of probes among others.</param>
    /// <param name="linearize">Linearises base networks.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static Choice Run(TaskTable table, RowSplit split, BaseRun[] runs, GradTagOptions options,
        Func<SharedBottomNetwork[], GradTagBase[]> linearize, CancellationToken cancellationToken)
    {
        int tasks = table.Tasks.Count, threads = options.Threads ?? Environment.ProcessorCount;
        int[][] probes = AffinitySubsets.HoldOut(tasks, options.StageProbes, new RandomStream(options.Seed, "stage").NextUInt64());
        RealRuns truth = new SubsetTruth(table, split, probes, options.Training, options.Seed, threads, cancellationToken).FromScratch(options.StageRuns);
        double[] f = SubsetValues.Centred(tasks, probes, truth.Mean);
        double flops = truth.TotalFlops;
        int?[] stages = [.. runs[0].Epochs.Where(e => runs.All(r => r.Epochs.Contains(e))).Select(e => (int?)e), null];
        StepLength[] lengths = [.. Lengths(options)];
        var correlations = new double[stages.Length, lengths.Length];
        for (int s = 0; s < stages.Length; s++)
        {
            GradTagBase[] bases = linearize([.. runs.Select(r => r.At(stages[s]))]);
            flops += bases.Sum(b => b.Flops);
            for (int l = 0; l < lengths.Length; l++)
            {
                double[][] estimate = new double[probes.Length][];
                Parallel.For(0, probes.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                    p => estimate[p] = GradTagModel.Predict(bases, probes[p], lengths[l]).Losses);
                double correlation = SubsetValues.Pearson(f, SubsetValues.Centred(tasks, probes, estimate));
                correlations[s, l] = double.IsNaN(correlation) ? 0 : correlation;
            }
        }
        (int stage, int length) = Peak(correlations);
        return new Choice(stages[stage], lengths[length], correlations[stage, length], SubsetValues.NoiseCeiling(tasks, probes, truth.Runs),
            flops, linearize([.. runs.Select(r => r.At(stages[stage]))]));
    }

    /// <summary>
    /// Where the mean over a place and its neighbours is highest: a single place may be high by the noise of the real runs, a region is not.
    /// </summary>
    internal static (int Row, int Column) Peak(double[,] values)
    {
        (int Row, int Column, double Value) best = (0, 0, double.NegativeInfinity);
        for (int r = 0; r < values.GetLength(0); r++)
            for (int c = 0; c < values.GetLength(1); c++)
            {
                double sum = 0;
                int count = 0;
                for (int i = Math.Max(0, r - 1); i <= Math.Min(values.GetLength(0) - 1, r + 1); i++)
                    for (int j = Math.Max(0, c - 1); j <= Math.Min(values.GetLength(1) - 1, c + 1); j++, count++)
                        sum += values[i, j];
                if (sum / count > best.Value)
                    best = (r, c, sum / count);
            }
        return (best.Row, best.Column);
    }

    private static IEnumerable<StepLength> Lengths(GradTagOptions options) => options.Lambda is not null || options.Geometry == StepGeometry.Euclidean
        ? (options.Lambda is { } given ? [given] : s_lambdas).Select(l => new StepLength(l, 0))
        : s_epochs.Select(e => new StepLength(null, e));
}
