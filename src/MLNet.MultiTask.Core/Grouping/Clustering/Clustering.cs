namespace MLNet.MultiTask.Grouping;

/// <summary>
/// What solvers that cluster without an objective of their own have in common: the number of groups and the
/// constraints.
/// </summary>
internal static class Clustering
{
    /// <summary>
    /// Clusters for every admissible number of groups and keeps the grouping of the largest objective, the first among
    /// equals.
    /// </summary>
    /// <param name="problem">The problem.</param>
    /// <param name="cluster">Labels of the units for a number of groups.</param>
    /// <param name="solver">Name for the result.</param>
    /// <param name="cancellationToken">Looked at for every number of groups.</param>
    /// <exception cref="ArgumentException">No clustering could be fitted to the constraints.</exception>
    public static GroupingResult Best(PartitionProblem problem, Func<int, int[]> cluster, string solver,
        CancellationToken cancellationToken)
    {
        int[] best = [];
        double bestValue = double.NegativeInfinity;
        for (int k = problem.MinGroups; k <= problem.MaxGroups; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (PartitionStarts.Near(problem, cluster(k)) is { } state && state.Value > bestValue)
                (best, bestValue) = (state.Group, state.Value);
        }
        if (best.Length == 0)
            throw new ArgumentException($"{solver}: no clustering could be fitted to the constraints; loosen them");
        return new GroupingResult
        {
            Grouping = problem.ToGrouping(best),
            Objective = problem.Value(best),
            Iterations = problem.MaxGroups - problem.MinGroups + 1,
            StopReason = "the clustering is complete",
            Solver = solver,
        };
    }

    /// <summary>Mean affinity between units, n×n.</summary>
    public static double[] Means(PartitionProblem problem)
    {
        int n = problem.Count;
        var means = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                means[i * n + j] = problem.B[i * n + j] / (problem.Weights[i] * problem.Weights[j]);
        return means;
    }
}
