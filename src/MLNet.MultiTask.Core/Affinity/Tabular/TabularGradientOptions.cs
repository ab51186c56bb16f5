using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>
/// How the tabular network is trained whose task gradients <see cref="TabularGradientDotAffinity"/> and
/// <see cref="TabularGradientCosineAffinity"/> compare, and how often they look.
/// </summary>
public sealed record TabularGradientOptions : AffinityOptions
{
    /// <summary>The network, and how it is trained; its seed is derived from <see cref="AffinityOptions.Seed"/>.
    /// </summary>
    /// <value>The default value is the defaults of <see cref="TabularOptions"/>.</value>
    public TabularOptions Training { get; init; } = new();

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
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate();
        Check(Interval >= 1, nameof(Interval), Interval, "at least 1");
    }
}
