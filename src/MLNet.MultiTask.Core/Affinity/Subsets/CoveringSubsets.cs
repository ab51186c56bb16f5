using System.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>Draws subsets of one size in rounds: no subset twice, and in every round every pair of tasks in enough
/// of them.</summary>
/// <param name="taskCount">Tasks.</param>
/// <param name="size">Members of a subset, at least 2.</param>
/// <param name="seed">Seed of the draws.</param>
/// <param name="cancellationToken">Looked at every subset.</param>
internal sealed class CoveringSubsets(int taskCount, int size, ulong seed,
    CancellationToken cancellationToken = default)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly BigInteger _all = AffinitySubsets.Binomial(taskCount, size);
    private readonly int _perPair =
        (int)BigInteger.Min(int.MaxValue, AffinitySubsets.Binomial(taskCount - 2, size - 2));
    private readonly int[] _held = new int[taskCount * taskCount];
    private RandomStream _stream = new(seed, "subsets");

    /// <summary>Whether every subset of the size has been drawn.</summary>
    public bool IsExhausted => _seen.Count == _all;

    /// <summary>
    /// The next subsets, ascending inside, at least <paramref name="atLeast"/>, every pair in at least
    /// <paramref name="coverage"/> of them; where that takes half of those left or more, all that are left.
    /// </summary>
    public int[][] Next(int coverage, int atLeast)
    {
        double pairs = coverage * (double)taskCount * (taskCount - 1) / ((double)size * (size - 1));
        return (double)(_all - _seen.Count) <= 2 * Math.Max(pairs, atLeast)
            ? [.. AffinitySubsets.Combinations(taskCount, size).Where(s => _seen.Add(Key(s)))]
                : Draw(coverage, atLeast);
    }

    private int[][] Draw(int coverage, int atLeast)
    {
        int n = taskCount;
        // Fewer than asked for only where a pair stands in no more subsets.
        int[] need = [.. _held.Select(held => Math.Min(coverage, _perPair - held))], open = new int[n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                open[i] += i == j ? 0 : need[i * n + j];
        var drawn = new List<int[]>();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] order = _stream.Permutation(n);
            int first = order[0];
            foreach (int t in order)
                if (open[t] > open[first])
                    first = t;
            if (open[first] <= 0 && drawn.Count >= atLeast)
                return [.. drawn];
            int[] subset = open[first] > 0 ? Neediest(order, first, need) : Sorted(order[..size]);
            while (!_seen.Add(Key(subset)))
                subset = open[first] > 0 ? RandomAround(first, need) : Sorted(_stream.Permutation(n)[..size]);
            drawn.Add(subset);
            foreach (int i in subset)
                foreach (int j in subset)
                    if (i != j)
                    {
                        _held[i * n + j]++;
                        if (need[i * n + j]-- > 0)
                            open[i]--;
                    }
        }
    }

    // Adds, one by one, the task whose pairs with those already in are least covered; ties as the random order has
    // them.
    private int[] Neediest(int[] order, int first, int[] need)
    {
        int n = order.Length;
        var score = new int[n];
        var members = new int[size];
        members[0] = first;
        for (int k = 1; k < size; k++)
        {
            int last = members[k - 1], best = -1;
            score[last] = int.MinValue;
            foreach (int t in order)
            {
                if (score[t] == int.MinValue)
                    continue;
                score[t] += Math.Max(0, need[last * n + t]);
                if (best < 0 || score[t] > score[best])
                    best = t;
            }
            members[k] = best;
        }
        return Sorted(members);
    }

    private int[] RandomAround(int first, int[] need)
    {
        int[] order = _stream.Permutation(taskCount);
        int partner = Array.Find(order, t => t != first && need[first * taskCount + t] > 0);
        return Sorted([first, partner, .. order.Where(t => t != first && t != partner).Take(size - 2)]);
    }

    private static string Key(int[] subset) => string.Join(',', subset);

    private static int[] Sorted(int[] members)
    {
        Array.Sort(members);
        return members;
    }
}
