using System.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>Subsets of tasks such that every pair of tasks stands together in enough of them.</summary>
internal static class AffinitySubsets
{
    /// <summary>Checks what options say of subsets, under the names that all of them use.</summary>
    public static void Validate(int? subsetSize, int subsets, int pairCoverage)
    {
        Check(subsetSize is null or >= 2, nameof(HigherOrderOptions.SubsetSize), subsetSize, "at least 2, or null");
        Check(subsets >= 0, nameof(HigherOrderOptions.Subsets), subsets, "not negative");
        Check(pairCoverage >= 1, nameof(HigherOrderOptions.PairCoverage), pairCoverage, "at least 1");
    }

    /// <summary>A third of the tasks, at least 3 and at most 10.</summary>
    public static int DefaultSize(int taskCount) => Math.Min(taskCount, Math.Clamp((taskCount + 2) / 3, 3, 10));

    /// <summary>
    /// Distinct subsets of one size, ascending inside, at least <paramref name="atLeast"/> of them, every pair in at
    /// least <paramref name="coverage"/>. Where that takes half of all subsets of the size or more, all of them are
    /// returned; up to three tasks, all non-empty subsets of every size, since there a pair can only be compared with
    /// its parts.
    /// </summary>
    public static int[][] Draw(int taskCount, int size, int atLeast, int coverage, ulong seed,
        CancellationToken cancellationToken = default)
    {
        if (taskCount <= 3)
            return All(taskCount);
        return new CoveringSubsets(taskCount, size, seed, cancellationToken).Next(coverage, atLeast);
    }

    /// <summary>All subsets but the empty one, ascending inside; of few tasks.</summary>
    public static int[][] All(int taskCount) =>
        [.. Enumerable.Range(1, (1 << taskCount) - 1).Select(mask => Members((uint)mask))];

    /// <summary>
    /// Distinct subsets of 3 to 5 tasks, the sizes in turn; all there are if there are no more than
    /// <paramref name="count"/>.
    /// </summary>
    public static int[][] HoldOut(int taskCount, int count, ulong seed)
    {
        int[] sizes = [.. Enumerable.Range(3, 3).Where(k => k < taskCount)];
        if (sizes.Length == 0)
            return Draw(taskCount, Math.Min(2, taskCount), 0, 1, seed);
        if (sizes.Sum(k => (double)Binomial(taskCount, k)) <= count)
            return [.. sizes.SelectMany(k => Combinations(taskCount, k))];
        var stream = new RandomStream(seed, "hold-out");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var drawn = new List<int[]>();
        for (int s = 0; drawn.Count < count; s++)
        {
            int[] subset = Sorted(stream.Permutation(taskCount)[..sizes[s % sizes.Length]]);
            if (seen.Add(string.Join(',', subset)))
                drawn.Add(subset);
        }
        return [.. drawn];
    }

    /// <summary>All subsets of one size, in lexicographic order.</summary>
    public static int[][] Combinations(int n, int size)
    {
        var all = new List<int[]>();
        int[] c = [.. Enumerable.Range(0, size)];
        while (true)
        {
            all.Add([.. c]);
            int i = size - 1;
            while (i >= 0 && c[i] == n - size + i)
                i--;
            if (i < 0)
                return [.. all];
            c[i]++;
            for (int j = i + 1; j < size; j++)
                c[j] = c[j - 1] + 1;
        }
    }

    private static int[] Members(uint mask) => [.. Enumerable.Range(0, 32).Where(t => (mask >> t & 1) != 0)];

    private static int[] Sorted(int[] members)
    {
        Array.Sort(members);
        return members;
    }

    /// <summary>n over k.</summary>
    public static BigInteger Binomial(int n, int k)
    {
        BigInteger value = 1;
        for (int i = 1; i <= k; i++)
            value = value * (n - k + i) / i;
        return value;
    }
}
