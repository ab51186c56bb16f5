using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>
/// How <see cref="RepresentationSimilarityAffinity"/> trains its single-task networks, and where it looks.
/// </summary>
public sealed record RepresentationSimilarityOptions : TrainedAffinityOptions
{
    /// <summary>
    /// Rows whose representations are compared with one another: the first so many validation rows. Cost grows with the
    /// square.
    /// </summary>
    /// <value>The default value is 300; at least 3.</value>
    public int Rows { get; init; } = 300;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckTrunk();
        Check(Rows >= 3, nameof(Rows), Rows, "at least 3");
    }
}
