using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>
/// How the network is trained whose task gradients <see cref="GradientDotAffinity"/> and <see
/// cref="GradientCosineAffinity"/> compare, and how often they look.
/// </summary>
public sealed record GradientAffinityOptions : ObservedAffinityOptions
{
    /// <summary>Steps from one look to the next.</summary>
    /// <value>The default value is 1: every step. At least 1.</value>
    public int Interval { get; init; } = 1;

    /// <summary>
    /// Whether each task's row is centred and in units of its spread, with a diagonal of 0; otherwise as published.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool Standardize { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckTrunk();
        Check(Interval >= 1, nameof(Interval), Interval, "at least 1");
    }
}
