using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Picks the stage of the base networks and the length of steps by real runs: a few subsets are trained from scratch, and the candidate
/// whose predictions correlate best with them within tasks is taken. No fixed stopping rule does: a base that is trained too long can rank
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
    /// <param name="linearize">Linearises one base network.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static Choice Run(TaskTable table, RowSplit split, BaseRun[] runs, GradTagOptions options,
        Func<SharedBottomNetwork, GradTagBase> linearize, CancellationToken cancellationToken)
    {
        int tasks = table.Tasks.Count, threads = options.Threads ?? Environment.ProcessorCount;
        int[][] probes = AffinitySubsets.HoldOut(tasks, options.StageProbes, new RandomStream(options.Seed, "stage").NextUInt64());
        RealRuns truth = new SubsetTruth(table, split, probes, options.Training, options.Seed, threads, cancellationToken).FromScratch(options.StageRuns);
        double[] f = SubsetValues.Centred(tasks, probes, truth.Mean);
        var best = new Choice(null, default, double.NegativeInfinity, SubsetValues.NoiseCeiling(tasks, probes, truth.Runs), 0, []);
        double flops = truth.TotalFlops;
        int[] common = [.. runs[0].Epochs.Where(e => runs.All(r => r.Epochs.Contains(e)))];
        foreach (int? epoch in common.Select(e => (int?)e).Append(null))
        {
            GradTagBase[] bases = [.. runs.Select(r => linearize(r.At(epoch)))];
            flops += bases.Sum(b => b.Flops);
            foreach (StepLength length in Lengths(options))
            {
                double[][] estimate = new double[probes.Length][];
                Parallel.For(0, probes.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, s =>
                    estimate[s] = GradTagModel.Predict(bases, probes[s], length).Losses);
                double correlation = SubsetValues.Pearson(f, SubsetValues.Centred(tasks, probes, estimate));
                if (correlation > best.Correlation)
                    best = best with { Epochs = epoch, Length = length, Correlation = correlation, Bases = bases };
            }
        }
        if (best.Bases.Length == 0)
            throw new InvalidOperationException("No stage of the base networks predicts any difference between the subsets trained for real; " +
                "the automatic base stage cannot be found");
        return best with { Flops = flops };
    }

    private static IEnumerable<StepLength> Lengths(GradTagOptions options) => options.Lambda is not null || options.Geometry == StepGeometry.Euclidean
        ? (options.Lambda is { } given ? [given] : s_lambdas).Select(l => new StepLength(l, 0))
        : s_epochs.Select(e => new StepLength(null, e));
}
