namespace MLNet.MultiTask.Grouping;

/// <summary>Options of <see cref="SubsetProgrammingSolver"/>.</summary>
public sealed class SubsetProgrammingOptions : PartitionOptions
{
    /// <summary>
    /// Value of a group of tasks (ascending), finite, higher is better; a partition counts the sum over its groups,
    /// minus
    /// <see cref="PartitionOptions.GroupCost"/> each. Null = average density. With <see
    /// cref="TaskAffinity.PredictGroup"/>, for
    /// example, <c>members => -affinity.PredictGroup(members).Sum()</c> minimises the predicted total loss.
    /// </summary>
    public Func<IReadOnlyList<int>, double>? GroupValue { get; set; }
}

/// <summary>
/// The best partition by dynamic programming over subsets, for the average density or any other value that adds up over
/// groups; up to 16 units of tasks. Proves optimality.
/// </summary>
/// <param name="options">Number of groups, constraints, group values; null = defaults.</param>
public sealed class SubsetProgrammingSolver(SubsetProgrammingOptions? options = null) : ITaskGroupingSolver
{
    private const int MostUnits = 16;
    private readonly SubsetProgrammingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "SubsetProgramming";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Too many tasks, options contradict one another, or a group value is not
    /// finite.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        var problem = new PartitionProblem(affinity, _options);
        ExactResult.ThrowIfTooMany(problem, MostUnits, Name);
        double[] values = SubsetProgram.Densities(problem);
        if (_options.GroupValue is { } groupValue)
            Replace(values, problem, groupValue, cancellationToken);
        int[] labels = SubsetProgram.Solve(problem.Count, values, problem.MinGroups, problem.MaxGroups,
            cancellationToken);
        GroupingResult result = ExactResult.Create(problem, labels, values.Length, "all partitions are searched", Name);
        if (_options.GroupValue is null)
            return result;
        double value = result.Grouping.Groups.Sum(g => _options.GroupValue(g.Members) - problem.GroupCost);
        return result with { Objective = value, Bound = value };
    }

    private static void Replace(double[] values, PartitionProblem problem, Func<IReadOnlyList<int>, double> groupValue,
        CancellationToken cancellationToken)
    {
        for (int set = 1; set < values.Length; set++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (double.IsNegativeInfinity(values[set]))
                continue;
            int[] members = problem.TasksOf(Enumerable.Range(0, problem.Count).Where(u => (set >> u & 1) == 1));
            double value = groupValue(members);
            if (!double.IsFinite(value))
                throw new ArgumentException(
                    $"The value of group {string.Join(',', members)} is {value}; it must be finite");
            values[set] = value - problem.GroupCost;
        }
    }
}
