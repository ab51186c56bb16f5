namespace MLNet.MultiTask;

/// <summary>How the kernel surrogate of really trained subsets is fitted.</summary>
public sealed record KernelSurrogateOptions : SurrogateOptions
{
    /// <summary>γ of the kernel exp(−γ·number of tasks in which two subsets differ).</summary>
    /// <value>The default value is null: 1 / number of tasks. Positive.</value>
    public double? Gamma { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Gamma is null || (Gamma > 0 && double.IsFinite(Gamma.Value)), nameof(Gamma), Gamma,
            "positive and finite, or null");
    }
}
