using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// A partition of high average density (<see cref="DensityObjective"/>) found in a moment: average linkage, then single
/// tasks move to the group where the density gains most, until none gains.
/// </summary>
internal static class DensityPartition
{
    /// <summary>k groups, members ascending, none empty.</summary>
    public static int[][] Of(TaskAffinity affinity, int k)
    {
        int n = affinity.Count;
        var similarity = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                similarity[i * n + j] = i == j ? 0 : (affinity[i, j] + affinity[j, i]) / 2;
        int[] group = [.. AverageLinkage.Cluster(similarity, [.. Enumerable.Repeat(1, n)], k)];
        int[] ids = [.. group.Distinct()];
        group = [.. group.Select(g => Array.IndexOf(ids, g))];
        double[] size = new double[k], inside = new double[k];
        for (int i = 0; i < n; i++)
        {
            size[group[i]]++;
            for (int j = 0; j < n; j++)
                inside[group[i]] += group[j] == group[i] ? similarity[i * n + j] : 0;
        }
        var to = new double[k];
        for (bool moved = true; moved;)
        {
            moved = false;
            for (int t = 0; t < n; t++)
            {
                int from = group[t];
                if (size[from] == 1)
                    continue;
                Array.Clear(to);
                for (int j = 0; j < n; j++)
                    to[group[j]] += similarity[t * n + j];
                double lost = inside[from] / size[from] - (inside[from] - 2 * to[from]) / (size[from] - 1);
                double Gain(int g) => (inside[g] + 2 * to[g]) / (size[g] + 1) - inside[g] / size[g] - lost;
                int best = Enumerable.Range(0, k).Where(g => g != from).MaxBy(Gain);
                if (!(Gain(best) > 1e-9 * Math.Abs(lost)))
                    continue;
                (inside[from], inside[best]) = (inside[from] - 2 * to[from], inside[best] + 2 * to[best]);
                (size[from], size[best], group[t], moved) = (size[from] - 1, size[best] + 1, best, true);
            }
        }
        return [.. Enumerable.Range(0, k).Select(g =>
            Enumerable.Range(0, n).Where(t => group[t] == g).ToArray())];
    }
}
