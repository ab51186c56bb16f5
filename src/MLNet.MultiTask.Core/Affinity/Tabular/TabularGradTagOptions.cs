using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="TabularGradTagAffinity"/> estimates.</summary>
public sealed record TabularGradTagOptions : FineTuningGradTagOptions
{
    /// <summary>Four base networks.</summary>
    public TabularGradTagOptions() : base(bases: 4)
    {
    }

    /// <summary>Network, and how the base networks are trained; seeds are derived from
    /// <see cref="AffinityOptions.Seed"/>.</summary>
    /// <value>The default value is the defaults of <see cref="TabularOptions"/>.</value>
    public TabularOptions Training { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate();
        Check(Subspace is GradTagSubspace.Krylov or GradTagSubspace.Rademacher, nameof(Subspace), Subspace,
            "Krylov or Rademacher for a tabular network");
    }
}
