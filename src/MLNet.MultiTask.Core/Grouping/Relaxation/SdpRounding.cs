using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Groupings from a solution X of the relaxation: k-means on its rows and average linkage on its entries, each followed
/// by local search on the true objective. The result has exactly the number of groups asked for.
/// </summary>
internal static class SdpRounding
{
    public const int KMeansRuns = 10;

    /// <summary>The best grouping found from X.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="x">Packed, with X·u = u.</param>
    /// <param name="u">Square roots of unit sizes.</param>
    /// <param name="random">Seeds of k-means.</param>
    /// <param name="cancellationToken">Looked at every sweep.</param>
    public static PartitionState? Round(PartitionProblem problem, double[] x, double[] u, RandomStream random,
        CancellationToken cancellationToken)
    {
        int n = problem.Count;
        double[] rows = Rows(x, u, out double trace);
        int k = Math.Clamp((int)Math.Round(trace), problem.MinGroups, Math.Min(n, problem.MaxGroups));
        PartitionState? best = null;
        foreach (int[] labels in new[] { KMeans.Cluster(rows, n, problem.Weights, k, KMeansRuns, random),
            AverageLinkage.Cluster(rows, problem.Weights, k) })
            if (PartitionStarts.Near(problem, labels) is { } start)
            {
                PartitionState state = LocalSearch.Improve(start, cancellationToken);
                if (best is null || state.Value > best.Value)
                    best = state;
            }
        return best;
    }

    /// <summary>X/(u·uᵀ) as a full n×n matrix: rows of tasks in the same group are equal where X is integral.</summary>
    public static double[] Rows(double[] x, double[] u, out double trace)
    {
        int n = u.Length;
        var rows = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
                rows[i * n + j] = rows[j * n + i] = x[Packed.RowStart(i) + j] / (u[i] * u[j]);
        trace = Packed.Trace(x, n);
        return rows;
    }
}
