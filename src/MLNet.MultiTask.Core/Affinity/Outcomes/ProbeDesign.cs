namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Which groups of tasks are really trained to learn who suits whom: all there are of few tasks; of more, random ones
/// of three to five, some of them twice.
/// </summary>
internal static class ProbeDesign
{
    /// <summary>With at most so many tasks every group is trained.</summary>
    public const int FewTasks = 6;

    // Runs that meet the same random numbers can be compared; several random numbers tell their luck from the rest.
    private const int RunsPerDraw = 10, RunsOfFewPerDraw = 6, MostDrawsOfOneRun = 5;

    // Two tasks have three groups: more runs of each cost little.
    private const int LeastRunsOfFew = 30;

    /// <summary>Groups to train, in random order, with the number of the random numbers that each run takes.</summary>
    /// <param name="names">Names of the tasks: the random numbers of few tasks' groups do not hang on their order.
    /// </param>
    /// <param name="count">Runs, with more than few tasks.</param>
    /// <param name="runsOfFew">Runs of each group, with few; null = two, and more where there are few groups.</param>
    /// <param name="seed">Seed of the random groups.</param>
    public static (int[] Members, int Draw)[] Of(IReadOnlyList<string> names, int count, int? runsOfFew, ulong seed)
    {
        int tasks = names.Count;
        if (tasks <= FewTasks)
            return OfFew(names, runsOfFew, seed);
        int repeated = count / 5, draws = Math.Max(2, count / RunsPerDraw);
        int[][] groups = [.. Random(tasks, count - repeated, seed)];
        return [.. groups.Select((group, n) => (group, n % draws)),
            .. groups[..repeated].Select((group, n) => (group, (n + draws / 2) % draws))];
    }

    private static (int[] Members, int Draw)[] OfFew(IReadOnlyList<string> names, int? runs, ulong seed)
    {
        int[][] groups = AffinitySubsets.All(names.Count);
        int draws = Math.Clamp((groups.Length + RunsOfFewPerDraw / 2) / RunsOfFewPerDraw, 1, MostDrawsOfOneRun);
        ulong Place(int[] group, int run) => new RandomStream(seed, "probe order " +
            string.Join('\n', group.Select(t => names[t]).Order(StringComparer.Ordinal)), run).NextUInt64();
        return [.. Enumerable.Range(0, runs ?? Math.Max(2, LeastRunsOfFew / groups.Length)).SelectMany(run => groups
            .OrderBy(group => Place(group, run)).Select((group, place) => (group, run * draws + place % draws)))];
    }

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
