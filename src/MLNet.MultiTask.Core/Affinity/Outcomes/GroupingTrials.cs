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

    // The best of several rivals, which saw the rows that judge, is beaten by chance now and then at three errors.
    private const double Clearly = 4;

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

    /// <summary>Per proposal the mean over its tasks of what they lose when its groups are trained.</summary>
    /// <param name="proposals">Partitions.</param>
    /// <param name="draws">Number of draws.</param>
    /// <param name="losses">Per group and draw its members' losses, as they count.</param>
    /// <param name="weights">Per task; a group of tasks without weight takes no part.</param>
    public static TrialScore[] Score(IReadOnlyList<int[][]> proposals, int draws, Func<int[], int, TrialLosses> losses,
        double[] weights) => [.. proposals.Select(all =>
        {
            int[][] groups = Array.FindAll(all, group => Array.Exists(group, t => weights[t] > 0));
            TrialLosses[][] runs = [.. Enumerable.Range(0, draws).Select(draw =>
                groups.Select(group => losses(group, draw)).ToArray())];
            double Mean(TrialLosses[] run, Func<TrialLosses, double[]> of) =>
                groups.Select((group, g) => of(run[g]).Select((loss, k) => weights[group[k]] * loss).Sum()).Sum()
                / groups.Sum(group => group.Sum(t => weights[t]));
            int folds = runs.Min(run => run.Min(group => group.Without.Length));
            return new TrialScore([.. runs.Select(run => Mean(run, group => group.All))],
                [.. Enumerable.Range(0, folds).Select(f => runs.Average(run => Mean(run, group => group.Without[f])))]);
        })];

    /// <summary>
    /// The first proposal, unless the best one beats it clearly, by four standard errors; and the error of their
    /// difference, over random numbers and over what validation rows there might have been.
    /// </summary>
    public static (int Choice, double Error) Choose(TrialScore[] scores)
    {
        int best = Enumerable.Range(0, scores.Length).MinBy(c => scores[c].Mean);
        double draws = DrawError(scores), error = Math.Sqrt(draws * draws + scores[0].FoldVariance(scores[best]));
        return (scores[0].Mean <= scores[best].Mean + Clearly * error ? 0 : best, error);
    }

    // Of a difference, from how proposals change places from draw to draw; those that are the same tell nothing.
    private static double DrawError(TrialScore[] scores)
    {
        TrialScore[] distinct = [.. scores.DistinctBy(s => string.Join(' ', s.ByDraw))];
        int draws = scores[0].ByDraw.Length;
        double[] byDraw = [.. Enumerable.Range(0, draws).Select(d => distinct.Average(s => s.ByDraw[d]))];
        double all = distinct.Average(s => s.Mean), squares = distinct.Sum(s =>
            s.ByDraw.Select((value, d) => Math.Pow(value - s.Mean - byDraw[d] + all, 2)).Sum());
        return Math.Sqrt(2.0 / draws * squares / Math.Max(1, (distinct.Length - 1) * (draws - 1)));
    }

    /// <summary>Names a group.</summary>
    public static string Key(int[] group) => string.Join(',', group);
}
