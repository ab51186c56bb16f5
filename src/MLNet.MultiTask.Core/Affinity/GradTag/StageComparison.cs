using System.Globalization;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Whether an early and a late stage of the base runs agree on which tasks help which. The other stage is linearised
/// along the task gradients only: that costs a fraction of the base networks, and the correlation differs by
/// hundredths.
/// </summary>
internal static class StageComparison
{
    private const int PairCoverage = 2;
    private const double OneInTwenty = 1.645, WeakAgreement = 0.3;

    /// <summary>
    /// Correlation of the two affinities over the ordered pairs (0 where one is constant), and the floating-point
    /// operations spent.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="bases">Linearised base networks.</param>
    /// <param name="length">Length of their steps.</param>
    /// <param name="others">The networks of another stage of the same runs.</param>
    /// <param name="otherLength">Length of their steps.</param>
    /// <param name="options">How networks are linearised.</param>
    /// <param name="cancellationToken">Looked at between passes.</param>
    public static (double Correlation, double Flops) Run(TaskTable table, RowSplit split, LinearizedNetwork[] bases,
        StepLength length, SharedBottomNetwork[] others, StepLength otherLength, GradTagOptions options,
        CancellationToken cancellationToken)
    {
        GradTagOptions quick = options with
        {
            Subspace = GradTagSubspace.Krylov,
            KrylovProducts = 0,
            OwnProducts = 0,
            Solver = GradTagSolver.OneStep,
            Evaluation = SubsetEvaluation.Quadratic,
        };
        LinearizedNetwork[] compared = ParallelRuns.MapInWaves(others.Length, options.Threads,
            (b, threads) => new LinearizedNetwork(others[b], table, split, quick with { Threads = threads },
                cancellationToken), cancellationToken);
        int[][] subsets = AffinitySubsets.Draw(table.Tasks.Count, AffinitySubsets.DefaultSize(table.Tasks.Count), 0,
            PairCoverage, options.Seed, cancellationToken);
        double[] Affinity(LinearizedNetwork[] networks, StepLength step) =>
            SubsetAverage.ToAffinity([.. table.Tasks.Select(t => t.Name)], subsets,
                [.. GradTagModel.Predict(networks, subsets, step, options.Threads, cancellationToken)
                    .Select(p => p.Losses)],
                "stage").Values.ToArray();
        double[] one = Affinity(bases, length), other = Affinity(compared, otherLength);
        int[] pairs = [.. Enumerable.Range(0, one.Length).Where(p => p % (table.Tasks.Count + 1) != 0)];
        double correlation = SubsetValues.Pearson([.. pairs.Select(p => one[p])], [.. pairs.Select(p => other[p])]);
        double flops = compared.Sum(b => b.Flops)
            + subsets.Sum(subset => bases.Concat(compared).Sum(b => b.FlopsPerSubset(subset.Length)));
        return (double.IsNaN(correlation) ? 0 : correlation, flops);
    }

    /// <summary>
    /// What to tell about a correlation between the stages of a late estimate: nothing unless it is negative, and even
    /// the upper end of its interval over the T(T − 1)/2 pairs (Fisher's z, 95 %) is below a weak agreement.
    /// </summary>
    public static string? Warning(double correlation, int tasks)
    {
        double pairs = tasks * (tasks - 1) / 2.0;
        double upper = pairs <= 3 ? 1
            : Math.Tanh(Math.Atanh(Math.Clamp(correlation, -1, 1)) + OneInTwenty / Math.Sqrt(pairs - 3));
        return !(correlation < 0 && upper < WeakAgreement) ? null : string.Create(CultureInfo.InvariantCulture,
            $"An early and the best stage of training disagree on which tasks help which (correlation " +
            $"{correlation:F2}): what helps a finished network is not what is learnt together. Before grouping by " +
            $"either, check both against real training.");
    }
}
