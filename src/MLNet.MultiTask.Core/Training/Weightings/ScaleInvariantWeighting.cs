using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Descends Σ log Lᵢ, which does not change its direction when a loss is multiplied by a number: weights 1/Lᵢ.
/// </summary>
/// <remarks>Losses below 10⁻⁸ count as 10⁻⁸.</remarks>
public sealed record ScaleInvariantWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "si";

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new InverseLossRun();
}
