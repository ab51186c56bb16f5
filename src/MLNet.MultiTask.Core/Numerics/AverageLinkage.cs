namespace MLNet.MultiTask.Numerics;

/// <summary>Agglomerative clustering by the mean similarity between clusters; ties go to the lowest indices.</summary>
internal static class AverageLinkage
{
    /// <summary>Joins the two most similar clusters until k are left.</summary>
    /// <param name="similarity">n×n, symmetric.</param>
    /// <param name="weights">Length n: rows counted as so many.</param>
    /// <param name="k">Number of clusters, 1 … n.</param>
    /// <returns>Cluster of each row.</returns>
    public static int[] Cluster(ReadOnlySpan<double> similarity, ReadOnlySpan<int> weights, int k)
    {
        int n = weights.Length;
        double[] mean = similarity.ToArray();
        double[] size = new double[n];
        int[] labels = [.. Enumerable.Range(0, n)], nearest = new int[n];
        bool[] alive = new bool[n];
        for (int i = 0; i < n; i++)
            (size[i], alive[i]) = (weights[i], true);
        for (int i = 0; i < n; i++)
            nearest[i] = Nearest(mean, alive, i);
        for (int left = n; left > k; left--)
        {
            int a = -1;
            for (int i = 0; i < n; i++)
                if (alive[i] && nearest[i] >= 0 && (a < 0 || mean[i * n + nearest[i]] > mean[a * n + nearest[a]]))
                    a = i;
            int b = nearest[a];
            (a, b) = (Math.Min(a, b), Math.Max(a, b));
            for (int i = 0; i < n; i++)
                if (alive[i] && i != a && i != b)
                    mean[a * n + i] = mean[i * n + a] = (size[a] * mean[a * n + i]
                        + size[b] * mean[b * n + i]) / (size[a] + size[b]);
            size[a] += size[b];
            alive[b] = false;
            for (int i = 0; i < n; i++)
                labels[i] = labels[i] == b ? a : labels[i];
            for (int i = 0; i < n; i++)
                if (alive[i] && (i == a || nearest[i] == a || nearest[i] == b
                    || mean[i * n + a] > mean[i * n + nearest[i]]))
                    nearest[i] = Nearest(mean, alive, i);
        }
        return labels;
    }

    private static int Nearest(double[] mean, bool[] alive, int i)
    {
        int n = alive.Length, best = -1;
        for (int j = 0; j < n; j++)
            if (j != i && alive[j] && (best < 0 || mean[i * n + j] > mean[i * n + best]))
                best = j;
        return best;
    }
}
