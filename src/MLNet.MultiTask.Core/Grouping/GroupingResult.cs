namespace MLNet.MultiTask.Grouping;

/// <summary>A grouping together with what is known about how good it is.</summary>
public sealed record GroupingResult
{
    /// <summary>The grouping found.</summary>
    public required TaskGrouping Grouping { get; init; }

    /// <summary>The solver's objective at <see cref="Grouping"/>; higher is better.</summary>
    public required double Objective { get; init; }

    /// <summary>A proven upper bound on the objective of any grouping; +∞ where the solver has none.</summary>
    public double Bound { get; init; } = double.PositiveInfinity;

    /// <summary>(Bound − Objective) / |Objective|; +∞ where there is no bound.</summary>
    public double Gap => Relative(Bound, Objective);

    /// <summary>
    /// Whether no grouping can be better: proven by exhausting the search, or by a <see cref="Gap"/> within the
    /// solver's tolerance.
    /// </summary>
    public bool IsOptimal { get; init; }

    /// <summary>
    /// Value of a feasible point of the convex relaxation; null where the solver has no relaxation or found no such
    /// point.
    /// </summary>
    public double? SdpValue { get; init; }

    /// <summary>A proven upper bound on the optimum of the plain relaxation; null where the solver has none.</summary>
    public double? SdpBound { get; init; }

    /// <summary>
    /// (SdpBound − SdpValue) / |SdpValue|: how accurately the relaxation is solved; null where it was not.
    /// </summary>
    public double? SdpGap => SdpValue is { } value && SdpBound is { } bound ? Relative(bound, value) : null;

    /// <summary>
    /// How much each task's loss counts in each group's network, groups × T, in the order of <see
    /// cref="TaskGrouping.Groups"/>; null where a task counts fully in its own group and nowhere else.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<double>>? TaskWeights { get; init; }

    /// <summary>Iterations of the relaxation, nodes of a search, or sweeps, by solver.</summary>
    public long Iterations { get; init; }

    /// <summary>Why the solver stopped, in words.</summary>
    public required string StopReason { get; init; }

    /// <summary>
    /// The option at whose limit the solver stopped before it was done, such as "MaxIterations"; otherwise null.
    /// </summary>
    public string? ReachedLimit => SolverLimits.OptionOf(StopReason);

    /// <summary>The solver's name, such as "SDP".</summary>
    public required string Solver { get; init; }

    private static double Relative(double bound, double value) => double.IsPositiveInfinity(bound)
        ? double.PositiveInfinity
        : bound <= value ? 0 : (bound - value) / Math.Max(Math.Abs(value), double.Epsilon);
}
