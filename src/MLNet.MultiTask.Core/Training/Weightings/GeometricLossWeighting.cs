using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Geometric loss strategy (Chennupati et al. 2019, eq. 3): descends (Π Lᵢ)^(1/T), whose gradient weighs tasks by
/// 1/Lᵢ.
/// </summary>
/// <remarks>
/// At the common scale of weights this is the step of <see cref="ScaleInvariantWeighting"/>: the two differ by length
/// alone. Losses below 10⁻⁸ count as 10⁻⁸.
/// </remarks>
public sealed record GeometricLossWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "gls";

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new InverseLossRun();
}
