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
    public double Gap => double.IsPositiveInfinity(Bound) ? double.PositiveInfinity
        : Math.Max(0, Bound - Objective) / Math.Max(Math.Abs(Objective), double.Epsilon);

    /// <summary>Whether no grouping can be better.</summary>
    public bool IsOptimal { get; init; }

    /// <summary>Why the solver stopped, in words.</summary>
    public required string StopReason { get; init; }

    /// <summary>The solver's name, such as "SDP".</summary>
    public required string Solver { get; init; }
}
