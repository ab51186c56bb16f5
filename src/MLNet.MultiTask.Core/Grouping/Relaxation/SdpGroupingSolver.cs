namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Groups tasks by the semidefinite relaxation of the average-density objective (Li, Sharma, Zhang, "Scalable Multitask
/// Learning Using Gradient-based Estimation of Task Affinity", KDD 2024; the relaxation of k-means by Peng and Wei,
/// 2007). The relaxation yields a bound that no grouping can beat; its solution is rounded to groups, which local
/// search improves on the true objective.
/// </summary>
/// <param name="options">Number of groups, constraints, accuracy; null = defaults.</param>
public sealed class SdpGroupingSolver(SdpGroupingOptions? options = null) : ITaskGroupingSolver
{
    private readonly SdpGroupingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "SDP";

    /// <summary>A grouping into so many groups, in one iteration of the relaxation: without a bound worth having, soon
    /// made.</summary>
    public static TaskGrouping WithoutBound(TaskAffinity affinity, int groups) =>
        new SdpGroupingSolver(new() { GroupCount = groups, MaxIterations = 1 }).Solve(affinity).Grouping;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// Options or constraints contradict one another or the number of tasks, or no grouping that meets them was found.
    /// </exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.Validate();
        var problem = new PartitionProblem(affinity, _options);
        var run = new RelaxationRun(problem, _options, cancellationToken);
        PartitionState best = run.Search();
        string reason = run.SolveRelaxation(best.Count, _options.MaxIterations);
        double sdpBound = run.Bound;
        if (_options.TriangleCuts && !run.IsProven)
            reason = run.SolveWithCuts(_options.MaxIterations);
        return new GroupingResult
        {
            Grouping = problem.ToGrouping(run.Best!.Group),
            Objective = run.BestValue,
            Bound = Math.Max(run.Bound, run.BestValue),
            IsOptimal = run.IsProven,
            SdpValue = double.IsNegativeInfinity(run.SdpValue) ? null : Math.Min(run.SdpValue, sdpBound),
            SdpBound = sdpBound,
            Iterations = run.Sdp.Iterations,
            StopReason = reason,
            Solver = Name,
        };
    }
}
