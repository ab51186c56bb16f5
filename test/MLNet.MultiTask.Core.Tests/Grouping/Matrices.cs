using System.Globalization;

namespace MLNet.MultiTask.Tests.Grouping;

/// <summary>Affinity matrices for tests: the shared reference files, and planted blocks with noise.</summary>
internal static class Matrices
{
    public static TaskAffinity Read(string relative)
    {
        double[][] rows = [.. File.ReadLines(Repository.Shared(relative)).Where(l => l.Length > 0)
            .Select(l => l.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        return Named([.. rows.SelectMany(r => r)], rows.Length);
    }

    public static TaskAffinity Named(double[] values, int n) =>
        new([.. Enumerable.Range(0, n).Select(i => $"t{i}")], values, "test");

    /// <summary>
    /// 0.75 inside k equal blocks and 0.25 across, plus uniform noise of the given amplitude; symmetric.
    /// </summary>
    public static TaskAffinity Planted(int n, int k, double noise, ulong seed)
    {
        var random = new RandomStream(seed, "planted");
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = i; j < n; j++)
                values[i * n + j] = values[j * n + i] = (i * k / n == j * k / n ? 0.75 : 0.25)
                    + noise * (2 * random.NextDouble() - 1);
        return Named(values, n);
    }

    /// <summary>T' with T'[p[i], p[j]] = T[i, j].</summary>
    public static TaskAffinity Permuted(TaskAffinity affinity, int[] p)
    {
        int n = affinity.Count;
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                values[p[i] * n + p[j]] = affinity[i, j];
        return Named(values, n);
    }

    /// <summary>Every partition of n items, as labels in restricted-growth form.</summary>
    public static IEnumerable<int[]> Partitions(int n)
    {
        var labels = new int[n];
        return Extend(1, 0);

        IEnumerable<int[]> Extend(int i, int largest)
        {
            if (i == n)
            {
                yield return labels;
                yield break;
            }
            for (int label = 0; label <= largest + 1; label++)
            {
                labels[i] = label;
                foreach (int[] full in Extend(i + 1, Math.Max(largest, label)))
                    yield return full;
            }
        }
    }

    /// <summary>Value and grouping of the best partition by trying all of them; an evaluation of its own.</summary>
    public static (double Value, TaskGrouping Grouping) BestOfAll(TaskAffinity affinity, Func<int[], bool> allowed,
        double groupCost = 0)
    {
        int n = affinity.Count;
        double best = double.NegativeInfinity;
        int[] bestLabels = [];
        foreach (int[] labels in Partitions(n))
        {
            if (!allowed(labels))
                continue;
            double value = 0;
            for (int g = 0; g <= labels.Max(); g++)
            {
                int[] members = [.. Enumerable.Range(0, n).Where(i => labels[i] == g)];
                value += members.Sum(i => members.Sum(j => affinity[i, j])) / members.Length - groupCost;
            }
            if (value > best)
                (best, bestLabels) = (value, [.. labels]);
        }
        return (best, TaskGrouping.FromAssignment(bestLabels));
    }
}
