using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="LabelInjectionAffinity"/> trains its single-task networks.</summary>
public sealed record LabelInjectionOptions : TrainedAffinityOptions
{
    /// <summary>
    /// Independent repetitions, whose losses are averaged; all networks of one share initial weights and order of rows.
    /// </summary>
    /// <value>The default value is 4; at least 1.</value>
    public int Runs { get; init; } = 4;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Runs >= 1, nameof(Runs), Runs, "at least 1");
    }
}
