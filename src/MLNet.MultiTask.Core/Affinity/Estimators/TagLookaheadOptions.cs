using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="TagLookaheadAffinity"/> trains, and how it looks ahead.</summary>
public sealed record TagLookaheadOptions : ObservedAffinityOptions
{
    /// <summary>Steps of training from one look-ahead to the next.</summary>
    /// <value>The default value is 10; at least 1.</value>
    public int Interval { get; init; } = 10;

    /// <summary>Length η of the look-ahead step along a task's gradient.</summary>
    /// <value>The default value is 0.01; positive.</value>
    public float StepSize { get; init; } = 0.01f;

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
        Check(StepSize > 0 && float.IsFinite(StepSize), nameof(StepSize), StepSize, "positive and finite");
    }
}
