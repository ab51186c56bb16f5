namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Lets real training choose between affinities: each proposes groups, these are trained, and the affinity is taken
/// whose groups serve their tasks best.
/// </summary>
internal static class GroupingTrials
{
    /// <summary>Random numbers with which every group is trained, the first of the probes'.</summary>
    public const int Draws = 2;

    private const int UsualGroup = 4, MostGroups = 6, MostTasks = 60;

    /// <summary>The tasks that are grouped: all, or a random sample of many, ascending.</summary>
    public static int[] Tasks(int count, ulong seed)
    {
        int[] tasks = count <= MostTasks ? [.. Enumerable.Range(0, count)]
            : new RandomStream(seed, "trial tasks").Permutation(count)[..MostTasks];
        Array.Sort(tasks);
        return tasks;
    }

    /// <summary>The partition that an affinity proposes of some tasks: groups of about four, six at most.</summary>
    public static int[][] Propose(TaskAffinity affinity, int[] tasks)
    {
        int n = tasks.Length;
        var part = new TaskAffinity([.. tasks.Select(t => affinity.TaskNames[t])],
            [.. Enumerable.Range(0, n * n).Select(p => affinity[tasks[p / n], tasks[p % n]])], affinity.Method);
        int[][] groups = DensityPartition.Of(part,
            Math.Clamp((n + UsualGroup / 2) / UsualGroup, Math.Min(2, n), MostGroups));
        return [.. groups.Select(group => group.Select(place => tasks[place]).ToArray())];
    }

    /// <summary>The groups to train: of all proposals, each once per random numbers.</summary>
    public static (int[] Members, int Draw)[] Design(IReadOnlyList<int[][]> proposals) =>
        [.. proposals.SelectMany(groups => groups).DistinctBy(Key)
            .SelectMany(group => Enumerable.Range(0, Draws).Select(draw => (group, draw)))];

    /// <summary>Per proposal and draw the mean over its tasks of what they lose when its groups are trained.</summary>
    /// <param name="proposals">Partitions.</param>
    /// <param name="draws">Number of draws.</param>
    /// <param name="losses">Per group and draw its members' losses, as they count.</param>
    /// <param name="weights">Per task.</param>
    public static double[][] Score(IReadOnlyList<int[][]> proposals, int draws, Func<int[], int, double[]> losses,
        double[] weights) => [.. proposals.Select(groups => Enumerable.Range(0, draws).Select(draw =>
            groups.Sum(group => losses(group, draw).Select((loss, k) => weights[group[k]] * loss).Sum())
            / groups.Sum(g => g.Sum(t => weights[t]))).ToArray())];

    /// <summary>
    /// The first proposal that the best one does not beat clearly, by two standard errors of a difference; and that
    /// error, which is estimated from how proposals change places from draw to draw.
    /// </summary>
    /// <param name="scores">Per proposal and draw; lower is better.</param>
    public static (int Choice, double Error) Choose(double[][] scores)
    {
        int draws = scores[0].Length;
        double[] means = [.. scores.Select(s => s.Average())],
            byDraw = [.. Enumerable.Range(0, draws).Select(d => scores.Average(s => s[d]))];
        double all = means.Average(), squares = scores.Select((s, c) =>
            s.Select((value, d) => Math.Pow(value - means[c] - byDraw[d] + all, 2)).Sum()).Sum();
        double error = Math.Sqrt(2.0 / draws * squares / Math.Max(1, (scores.Length - 1) * (draws - 1)));
        return (Array.FindIndex(means, mean => mean <= means.Min() + 2 * error), error);
    }

    /// <summary>Names a group.</summary>
    public static string Key(int[] group) => string.Join(',', group);
}
