namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Lets real training choose between affinities: each proposes groups, these are trained, and the affinity is taken
/// whose groups serve their tasks best.
/// </summary>
internal static class GroupingTrials
{
    /// <summary>Random numbers with which every group is trained, the first of the probes'.</summary>
    public const int Draws = 2;

    private const int UsualGroup = 4, MostGroups = 6;

    /// <summary>The partition that an affinity proposes: groups of about four, six at most.</summary>
    public static int[][] Propose(TaskAffinity affinity) => DensityPartition.Of(affinity,
        Math.Clamp((affinity.Count + UsualGroup / 2) / UsualGroup, Math.Min(2, affinity.Count), MostGroups));

    /// <summary>The groups to train: of all proposals, each once per random numbers.</summary>
    public static (int[] Members, int Draw)[] Design(IReadOnlyList<int[][]> proposals) =>
        [.. proposals.SelectMany(groups => groups).DistinctBy(Key)
            .SelectMany(group => Enumerable.Range(0, Draws).Select(draw => (group, draw)))];

    /// <summary>Per proposal the mean over all tasks of what they lose when its groups are trained.</summary>
    /// <param name="proposals">Partitions.</param>
    /// <param name="losses">Per group its members' losses, as they count.</param>
    /// <param name="weights">Per task.</param>
    public static double[] Score(IReadOnlyList<int[][]> proposals, Func<int[], double[]> losses, double[] weights) =>
        [.. proposals.Select(groups => groups.Sum(group =>
            losses(group).Select((loss, k) => weights[group[k]] * loss).Sum()) / weights.Sum())];

    /// <summary>Names a group.</summary>
    public static string Key(int[] group) => string.Join(',', group);
}
