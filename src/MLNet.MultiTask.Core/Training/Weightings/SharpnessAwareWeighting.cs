using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// SAM-MTL (Phan et al. 2022, Algorithm 1): flat regions for every task. Each task's gradient gᵢ is taken at θ and
/// again at θ + ρ·gᵢ/‖gᵢ‖; the weighting inside aggregates the gradients gᵢ and, apart from them, the differences of
/// the two, which lead to flatter regions; the trunk descends the sum of both. Heads follow the second gradient, as in
/// SAM (Foret et al. 2021). Weights of losses count for both parts.
/// </summary>
/// <remarks>A step costs two passes forward and two back for every task in the batch, and keeps two trunks per
/// task.</remarks>
public sealed record SharpnessAwareWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "sam";

    /// <inheritdoc/>
    public override bool SeesGradients => Around.SeesGradients;

    /// <summary>The weighting inside.</summary>
    /// <value>The default value is <see cref="EqualWeighting"/>; not one that makes steps of its own kind.</value>
    public TaskWeighting Around { get; init; } = EqualWeighting.Instance;

    /// <summary>Distance ρ that the trunk is moved by.</summary>
    /// <value>The default value is 0.05; positive.</value>
    public double Rho { get; init; } = 0.05;

    /// <summary>Distance that a task's head is moved by.</summary>
    /// <value>The default value is 0.05; not negative.</value>
    public double HeadRho { get; init; } = 0.05;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        [("rho", Rho), ("head-rho", HeadRho), (WeightingSettings.Around, Around)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(Rho > 0 && double.IsFinite(Rho), nameof(Rho), Rho, "positive and finite");
        WeightingChecks.Check(HeadRho >= 0 && double.IsFinite(HeadRho), nameof(HeadRho), HeadRho,
            "finite and not negative");
        ArgumentNullException.ThrowIfNull(Around);
        WeightingChecks.Check(Around is not (SharpnessAwareWeighting or GroupUpdatesWeighting or AutoLambdaWeighting),
            nameof(Around), Around, "a weighting that makes no steps of its own kind");
        Around.Validate();
    }

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start)
    {
        Validate();
        return Around.Start(start);
    }
}
