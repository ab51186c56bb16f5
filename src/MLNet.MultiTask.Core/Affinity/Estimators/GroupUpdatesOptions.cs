using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="GroupUpdatesAffinity"/> trains and measures.</summary>
public sealed record GroupUpdatesOptions : ObservedAffinityOptions
{
    /// <summary>How tasks are updated; measurements are averaged with its decay.</summary>
    /// <value>The default value updates every batch task by task, so that every pair is measured in each.</value>
    public GroupUpdatesWeighting Updates { get; init; } = new() { Probe = 1 };

    /// <summary>
    /// Whether each task's row is centred and in units of its spread, with a diagonal of 0; otherwise as measured.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool Standardize { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Updates);
        Updates.Validate();
        CheckTrunk();
        CheckEqualWeights();
        (Training with { Weighting = Updates }).Validate();
    }
}
