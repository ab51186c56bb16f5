namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Which groups of tasks are really trained to learn who suits whom: all there are of few tasks; of more, random ones
/// of three to five, some of them twice.
/// </summary>
internal static class ProbeDesign
{
    /// <summary>With at most so many tasks every group is trained.</summary>
    public const int FewTasks = 6;

    /// <summary>Random numbers that runs take in turn; one alone would teach its own luck.</summary>
    public const int Draws = 6;

    /// <summary>Groups to train, with the number of the random numbers that each run takes.</summary>
    /// <param name="tasks">Number of tasks.</param>
    /// <param name="count">Runs, with more than few tasks.</param>
    /// <param name="runsOfFew">Runs of each group, with few.</param>
    /// <param name="seed">Seed of the random groups.</param>
    public static (int[] Members, int Draw)[] Of(int tasks, int count, int runsOfFew,
        ulong seed)
    {
        if (tasks <= FewTasks)
            return [.. Enumerable.Range(0, runsOfFew).SelectMany(draw =>
                Enumerable.Range(1, (1 << tasks) - 1).Select(mask => (Members(mask, tasks), draw)))];
        int repeated = count / 5;
        int[][] groups = [.. Random(tasks, count - repeated, seed)];
        return [.. groups.Select((group, n) => (group, n % Draws)),
            .. groups[..repeated].Select((group, n) => (group, (n + Draws / 2) % Draws))];
    }

    private static int[] Members(int mask, int tasks) =>
        [.. Enumerable.Range(0, tasks).Where(t => (mask >> t & 1) != 0)];

    // Permutations are used up one after another, so that every task is in about as many groups.
    private static IEnumerable<int[]> Random(int tasks, int count, ulong seed)
    {
        var stream = new RandomStream(seed, "probe groups");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = new Queue<int>();
        for (int n = 0; n < count;)
        {
            int size = Math.Min(3 + n % 3, tasks - 1);
            var group = new SortedSet<int>();
            while (group.Count < size)
            {
                if (left.Count == 0)
                    left = new Queue<int>(stream.Permutation(tasks));
                group.Add(left.Dequeue());
            }
            if (!seen.Add(string.Join(',', group)))
                continue;
            n++;
            yield return [.. group];
        }
    }
}
