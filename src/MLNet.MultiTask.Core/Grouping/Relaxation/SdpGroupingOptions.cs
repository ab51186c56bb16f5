namespace MLNet.MultiTask.Grouping;

/// <summary>Options of <see cref="SdpGroupingSolver"/>.</summary>
public sealed class SdpGroupingOptions : PartitionOptions
{
    /// <summary>
    /// Relative gap at which the solver stops: between the bounds on the relaxation, or between its upper bound and the
    /// best grouping. In (0, 1).
    /// </summary>
    public double RelativeGap { get; set; } = 1e-4;

    /// <summary>Iterations at most, one eigen-decomposition each; at least 1.</summary>
    public int MaxIterations { get; set; } = 2000;

    /// <summary>
    /// Whether triangle inequalities tighten the bound once the plain relaxation is solved and has not proved the
    /// grouping optimal.
    /// </summary>
    public bool TriangleCuts { get; set; }

    /// <summary>Random starts of the local search, besides those from the relaxation; at least 1.</summary>
    public int Restarts { get; set; } = 5;

    /// <summary>How often the best grouping is perturbed and improved again; not negative.</summary>
    public int Perturbations { get; set; } = 30;

    internal void Validate()
    {
        if (RelativeGap is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(RelativeGap), RelativeGap,
                $"{nameof(RelativeGap)} must be between 0 and 1");
        if (MaxIterations < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxIterations), MaxIterations,
                $"{nameof(MaxIterations)} must be at least 1");
        if (Restarts < 1)
            throw new ArgumentOutOfRangeException(nameof(Restarts), Restarts, $"{nameof(Restarts)} must be at least 1");
        if (Perturbations < 0)
            throw new ArgumentOutOfRangeException(nameof(Perturbations), Perturbations,
                $"{nameof(Perturbations)} must not be negative");
    }
}
