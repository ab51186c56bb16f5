using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>
/// How <see cref="LassoTaskRelevanceAffinity"/> trains its network and how sparse the relevances are.
/// </summary>
public sealed record LassoTaskRelevanceOptions : TrainedAffinityOptions
{
    /// <summary>L1 penalty; outputs have variance 1, so at 1 every relevance is 0.</summary>
    /// <value>The default value is 0.05; positive.</value>
    public double Lambda { get; init; } = 0.05;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Lambda > 0 && double.IsFinite(Lambda), nameof(Lambda), Lambda, "positive and finite");
    }
}
