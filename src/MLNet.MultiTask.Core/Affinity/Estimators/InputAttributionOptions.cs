using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="InputAttributionAffinity"/> trains its single-task networks, and where it looks.</summary>
public sealed record InputAttributionOptions : TrainedAffinityOptions
{
    /// <summary>Rows whose inputs are attributed: the first so many validation rows.</summary>
    /// <value>The default value is 1,000; at least 1.</value>
    public int Rows { get; init; } = 1000;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Rows >= 1, nameof(Rows), Rows, "at least 1");
    }
}
