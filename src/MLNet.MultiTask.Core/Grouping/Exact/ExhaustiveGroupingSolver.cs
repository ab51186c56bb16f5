namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Tries every partition that the constraints allow (restricted-growth strings); up to 12 units of tasks. Proves
/// optimality.
/// </summary>
/// <param name="options">Number of groups and constraints; null = defaults.</param>
public sealed class ExhaustiveGroupingSolver(PartitionOptions? options = null) : ITaskGroupingSolver
{
    private const int MostUnits = 12;
    private readonly PartitionOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "Exhaustive";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Too many tasks, or options contradict one another.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        var problem = new PartitionProblem(affinity, _options);
        ExactResult.ThrowIfTooMany(problem, MostUnits, Name);
        int[] empty = new int[problem.Count];
        Array.Fill(empty, -1);
        var state = new PartitionState(problem, empty);
        int[] best = [];
        double bestValue = double.NegativeInfinity, epsilon = LocalSearch.Epsilon(problem);
        long tried = 0;
        Place(0);
        return ExactResult.Create(problem, best, tried, "all partitions are tried", Name);

        void Place(int unit)
        {
            if (unit == problem.Count)
            {
                if ((++tried & 0xFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                if (state.IsComplete && state.Value > bestValue + epsilon)
                    (bestValue, best) = (state.Value, [.. state.Group]);
                return;
            }
            if (state.Count + problem.Count - unit < problem.MinGroups)
                return;
            for (int slot = 0; slot <= Math.Min(state.Count, problem.MaxGroups - 1); slot++)
                if (state.Fits(unit, slot))
                {
                    state.Insert(unit, slot);
                    Place(unit + 1);
                    state.Remove(unit);
                }
        }
    }
}
