namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Says which group of a cover serves each task: the one where the task gains most from the others, after every group
/// that can has been given one task of its own (a matching), since a network that serves nobody is not worth training.
/// </summary>
internal static class CoverServing
{
    public static TaskGrouping Assign(TaskAffinity affinity, List<int[]> groups)
    {
        int n = affinity.Count;
        var owner = new int[n];
        Array.Fill(owner, -1);
        for (int g = 0; g < groups.Count; g++)
            Augment(affinity, groups, g, owner, new bool[n]);
        for (int t = 0; t < n; t++)
            if (owner[t] < 0)
                owner[t] = Enumerable.Range(0, groups.Count).Where(g => groups[g].Contains(t))
                    .MaxBy(g => Gain(affinity, groups[g], t));
        return new TaskGrouping(Enumerable.Range(0, groups.Count).Where(owner.Contains).Select(g => new TaskGroup(
            [.. groups[g].Where(t => owner[t] == g)], [.. groups[g].Where(t => owner[t] != g)])));
    }

    /// <summary>One step of Kuhn's bipartite matching; tasks that gain most in the group are tried first.</summary>
    private static bool Augment(TaskAffinity affinity, List<int[]> groups, int g, int[] owner, bool[] seen)
    {
        foreach (int t in groups[g].OrderByDescending(t => Gain(affinity, groups[g], t)).ThenBy(t => t))
        {
            if (seen[t])
                continue;
            seen[t] = true;
            if (owner[t] >= 0 && !Augment(affinity, groups, owner[t], owner, seen))
                continue;
            owner[t] = g;
            return true;
        }
        return false;
    }

    /// <summary>Mean affinity of a task from the other members; 0 alone.</summary>
    private static double Gain(TaskAffinity affinity, int[] group, int task) => group.Length == 1 ? 0
        : group.Sum(j => j == task ? 0 : affinity[task, j]) / (group.Length - 1);
}
