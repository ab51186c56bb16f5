using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>
/// How <see cref="CrossErrorAffinity"/> and <see cref="SplitGainAffinity"/> grow one small forest per task.
/// </summary>
public sealed record ForestAffinityOptions : AffinityOptions
{
    /// <summary>The forests.</summary>
    /// <value>The default value is 100 trees of at most 8 leaves of at least 5 rows, at a learning rate of 0.1.</value>
    public BoostedTreesOptions Forest { get; init; } = new()
    {
        NumberOfTrees = 100, NumberOfLeaves = 8, MinimumExampleCountPerLeaf = 5, LearningRate = 0.1,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Forest);
        Forest.Validate();
    }
}
