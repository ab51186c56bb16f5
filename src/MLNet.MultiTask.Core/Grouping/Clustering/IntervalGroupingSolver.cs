namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Groups of neighbouring tasks where tasks have an order (quantiles, horizons, ages): the best division of 0 … T−1
/// into intervals by dynamic programming (as in "Addressing Negative Transfer in Diffusion Models", NeurIPS 2023, for
/// gradient similarity). Optimal among groupings into intervals; the bound is for those.
/// </summary>
/// <param name="options">Number of groups and constraints; null = defaults.</param>
public sealed class IntervalGroupingSolver(PartitionOptions? options = null) : ITaskGroupingSolver
{
    private readonly PartitionOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "Interval";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options contradict one another, or no division into intervals meets the
    /// constraints.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        var constrained = new PartitionProblem(affinity, _options);
        // Intervals are over tasks, so the matrix is wanted without units; links become forbidden cuts and forbidden
        // intervals.
        var problem = new PartitionProblem(affinity, new()
        {
            GroupCount = _options.GroupCount,
            GroupCost = _options.GroupCost,
            MaxGroupSize = _options.MaxGroupSize,
            MaxGroupCount = _options.MaxGroupCount,
        });
        int n = problem.Count, most = Math.Min(constrained.MaxGroups, n);
        double[] value = IntervalValues(problem);
        var best = new double[most + 1, n + 1];
        var start = new int[most + 1, n + 1];
        for (int c = 0; c <= most; c++)
            for (int end = 0; end <= n; end++)
                best[c, end] = c == 0 && end == 0 ? 0 : double.NegativeInfinity;
        for (int c = 1; c <= most; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int end = 1; end <= n; end++)
                for (int first = 0; first < end; first++)
                    if (best[c - 1, first] + value[first * (n + 1) + end] is var total && total > best[c, end])
                        (best[c, end], start[c, end]) = (total, first);
        }
        int groups = Enumerable.Range(problem.MinGroups, most - problem.MinGroups + 1).MaxBy(c => best[c, n]);
        if (double.IsNegativeInfinity(best[groups, n]))
            throw new ArgumentException("No division into intervals meets the constraints");
        var labels = new int[n];
        for (int c = groups, end = n; c > 0; end = start[c, end], c--)
            Array.Fill(labels, c - 1, start[c, end], end - start[c, end]);
        return ExactResult.Create(problem, labels, most, "all divisions into intervals are searched", Name);
    }

    /// <summary>
    /// Density minus cost of tasks first … end−1 at [first·(n+1) + end]; −∞ where a constraint forbids the interval.
    /// </summary>
    private double[] IntervalValues(PartitionProblem problem)
    {
        int n = problem.Count;
        var values = new double[n * (n + 1)];
        Array.Fill(values, double.NegativeInfinity);
        for (int first = 0; first < n; first++)
        {
            double sum = 0;
            for (int end = first + 1; end <= n; end++)
            {
                int last = end - 1;
                sum += problem.B[last * n + last];
                for (int t = first; t < last; t++)
                    sum += 2 * problem.B[last * n + t];
                if (end - first <= problem.MaxSize && IsAllowed(first, end))
                    values[first * (n + 1) + end] = sum / (end - first) - problem.GroupCost;
            }
        }
        return values;
    }

    private bool IsAllowed(int first, int end)
    {
        bool Inside(int task) => task >= first && task < end;
        return _options.CannotLink.All(l => !(Inside(l.First) && Inside(l.Second)))
            && _options.MustLink.All(l => Inside(l.First) == Inside(l.Second));
    }
}
