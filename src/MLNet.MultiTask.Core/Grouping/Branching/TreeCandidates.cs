using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Grouping;

/// <summary>Trees by clustering the affinities of the layers, from the features up.</summary>
internal static class TreeCandidates
{
    /// <summary>
    /// The tree with so many branches in every layer: each layer's partition refines the one below.
    /// </summary>
    public static TaskTree Cluster(IReadOnlyList<TaskAffinity> affinities, IReadOnlyList<int> branches, ulong seed,
        int? threads, CancellationToken cancellationToken)
    {
        var levels = new List<TaskGrouping> { TaskGrouping.All(affinities[0].Count) };
        for (int l = 0; l < branches.Count; l++)
        {
            TaskGrouping below = levels[^1];
            if (branches[l] == below.Count)
            {
                levels.Add(below);
                continue;
            }
            int[] parent = below.ToAssignment();
            levels.Add(new SdpGroupingSolver(new()
            {
                GroupCount = branches[l], Seed = seed, Threads = threads,
                CannotLink = [.. from i in Enumerable.Range(0, parent.Length)
                    from j in Enumerable.Range(0, i)
                    where parent[i] != parent[j]
                    select (j, i)],
            }).Solve(affinities[l], cancellationToken).Grouping);
        }
        return new TaskTree(levels.Skip(1));
    }

    /// <summary>
    /// The trees in question: all tasks together in every layer, and divided from one layer up, into so many branches
    /// or as many as the affinity of that layer asks for; with more than two, also half as many in the layer below.
    /// </summary>
    public static TaskTree[] All(IReadOnlyList<TaskAffinity> affinities, int? groupCount, ulong seed, int? threads,
        CancellationToken cancellationToken)
    {
        int layers = affinities.Count;
        var counts = new List<int[]> { Enumerable.Repeat(1, layers).ToArray() };
        for (int l = layers - 1; l >= 0; l--)
        {
            int count = groupCount ?? new SdpGroupingSolver(new() { Seed = seed, Threads = threads })
                .Solve(affinities[l], cancellationToken).Grouping.Count;
            counts.Add([.. Enumerable.Range(0, layers).Select(i => i < l ? 1 : count)]);
            if (l > 0 && count > 2)
                counts.Add([.. Enumerable.Range(0, layers)
                    .Select(i => i < l - 1 ? 1 : i < l ? (count + 1) / 2 : count)]);
        }
        return [.. counts.Select(c => Cluster(affinities, c, seed, threads, cancellationToken)).Distinct()];
    }
}
