namespace MLNet.MultiTask.Grouping;

/// <summary>
/// k-means on the rows of the solution X of the semidefinite relaxation, without search on the objective: what the
/// relaxation alone says. The bound of the relaxation comes with it.
/// </summary>
/// <param name="options">Number of groups, constraints, accuracy of the relaxation; null = defaults.</param>
public sealed class KMeansGroupingSolver(SdpGroupingOptions? options = null) : ITaskGroupingSolver
{
    private readonly SdpGroupingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "KMeans";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options contradict one another or the number of tasks.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.Validate();
        var problem = new PartitionProblem(affinity, _options);
        // Only the number of groups is taken from the search: a grouping could end the relaxation before X says
        // anything.
        int groups = new RelaxationRun(problem, _options, cancellationToken).Search().Count;
        var run = new RelaxationRun(problem, _options, cancellationToken);
        string reason = run.SolveRelaxation(groups, _options.MaxIterations);
        double[] rows = SdpRounding.Rows(run.Sdp.X, run.Sdp.U, out double trace);
        int k = Math.Clamp((int)Math.Round(trace), problem.MinGroups, problem.MaxGroups);
        var random = new RandomStream(_options.Seed, "rounding");
        int[] labels = Numerics.KMeans.Cluster(
            rows, problem.Count, problem.Weights, k, SdpRounding.KMeansRuns, random);
        PartitionState state = PartitionStarts.Near(problem, labels)
            ?? throw new ArgumentException($"{Name}: no clustering could be fitted to the constraints; loosen them");
        double value = problem.Value(state.Group);
        return new GroupingResult
        {
            Grouping = problem.ToGrouping(state.Group),
            Objective = value,
            Bound = Math.Max(run.Bound, value),
            IsOptimal = run.Bound - value <= _options.RelativeGap * Math.Abs(value) + LocalSearch.Epsilon(problem),
            SdpBound = run.Bound,
            Iterations = run.Sdp.Iterations,
            StopReason = reason,
            Solver = Name,
        };
    }
}
