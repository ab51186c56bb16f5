namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Local search over covers: k groups of tasks that may overlap. A task enters or leaves a group, or changes from one
/// group to another, while the total grows; the best of several random starts, the first among equals.
/// </summary>
/// <param name="taskCount">Number of tasks T.</param>
/// <param name="groupCount">Number of groups k.</param>
/// <param name="maxSize">Tasks in a group at most.</param>
/// <param name="score">Scores of a group's members, length T; entries of other tasks are −∞.</param>
/// <param name="total">Value of a cover from the groups' score rows; −∞ where it is not admissible.</param>
internal sealed class CoverSearch(int taskCount, int groupCount, int maxSize, Func<bool[], double[]> score,
    Func<double[][], double> total)
{
    private const double Slack = 1e-12;

    /// <summary>
    /// The best cover found and its value; the first start is the densest partition that local search finds.
    /// </summary>
    public (bool[][] Groups, double Value) Run(TaskAffinity affinity, int restarts, ulong seed,
        CancellationToken cancellationToken)
    {
        bool[][] best = [];
        double bestValue = double.NegativeInfinity;
        for (int start = 0; start < restarts; start++)
        {
            var random = new RandomStream(seed, "cover start", start);
            bool[][] groups = start == 0 && groupCount <= taskCount
                ? DensePartition(affinity, random, cancellationToken) : RandomStart(random);
            double[][] rows = [.. groups.Select(score)];
            double value = Climb(groups, rows, cancellationToken);
            if (best.Length == 0 || value > bestValue + Slack * Math.Abs(bestValue))
                (best, bestValue) = (groups, value);
        }
        return (best, bestValue);
    }

    private bool[][] DensePartition(TaskAffinity affinity, RandomStream random, CancellationToken cancellationToken)
    {
        var problem = new PartitionProblem(affinity, new() { GroupCount = groupCount, MaxGroupSize = maxSize });
        int[] group = LocalSearch.Improve(PartitionStarts.Random(problem, random), cancellationToken).Group;
        return [.. Enumerable.Range(0, groupCount).Select(g => Array.ConvertAll(group, of => of == g))];
    }

    private bool[][] RandomStart(RandomStream random)
    {
        bool[][] groups = [.. Enumerable.Range(0, groupCount).Select(_ => new bool[taskCount])];
        int[] order = random.Permutation(taskCount), sizes = new int[groupCount];
        for (int i = 0; i < Math.Max(taskCount, groupCount); i++)
        {
            int group = i < groupCount ? i : random.NextInt32(groupCount);
            while (sizes[group] >= maxSize)
                group = (group + 1) % groupCount;
            groups[group][order[i % taskCount]] = true;
            sizes[group]++;
        }
        return groups;
    }

    private double Climb(bool[][] groups, double[][] rows, CancellationToken cancellationToken)
    {
        double value = total(rows);
        for (bool improved = true; improved;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            improved = false;
            for (int g = 0; g < groupCount; g++)
                for (int t = 0; t < taskCount; t++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    improved |= TryToggle(groups, rows, ref value, g, t, -1);
                    for (int h = 0; h < groupCount; h++)
                        if (h != g && groups[g][t] != groups[h][t])
                            improved |= TryToggle(groups, rows, ref value, g, t, h);
                }
        }
        return value;
    }

    /// <summary>
    /// Toggles task t in group g, and in group h as well if h is not −1; undone unless the value grows.
    /// </summary>
    private bool TryToggle(bool[][] groups, double[][] rows, ref double value, int g, int t, int h)
    {
        double[] rowG = rows[g];
        double[]? rowH = h < 0 ? null : rows[h];
        Toggle(g);
        if (h >= 0)
            Toggle(h);
        double now = IsAdmissible(g) && (h < 0 || IsAdmissible(h)) ? total(rows) : double.NegativeInfinity;
        if (now > value + Slack * Math.Abs(value) || (double.IsNegativeInfinity(value) && now > value))
        {
            value = now;
            return true;
        }
        groups[g][t] ^= true;
        rows[g] = rowG;
        if (h >= 0)
        {
            groups[h][t] ^= true;
            rows[h] = rowH!;
        }
        return false;

        void Toggle(int group)
        {
            groups[group][t] ^= true;
            if (IsAdmissible(group))
                rows[group] = score(groups[group]);
        }

        bool IsAdmissible(int group)
        {
            int size = groups[group].Count(m => m);
            return size >= 1 && size <= maxSize;
        }
    }
}
