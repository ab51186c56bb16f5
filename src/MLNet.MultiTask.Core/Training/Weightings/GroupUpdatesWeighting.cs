using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Selective task group updates (Jeong and Yoon, ICLR 2025): in every batch groups of tasks are updated one after the
/// other. How another task's loss changes across a group's update, 1 − after/before, is the proximal affinity of the
/// group's tasks to it, tracked over the batches; tasks of positive mutual affinity are then updated together.
/// </summary>
/// <remarks>
/// A step costs one pass back and one forward per group, and one more forward. Heads move with their own group alone.
/// Tasks are joined by average linkage while the mean affinity between groups is positive. Inside a group the update of
/// one task cannot be told from another's: every <see cref="Probe"/>-th batch goes task by task, which measures all
/// pairs anew (the paper has no such batches). All tasks weigh as their own weights say.
/// </remarks>
public sealed record GroupUpdatesWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "group-updates";

    /// <summary>Share β of the newest measurement in the tracked affinity.</summary>
    /// <value>The default value is 0.001, the paper's; more than 0 and at most 1.</value>
    public double Decay { get; init; } = 1e-3;

    /// <summary>Batches from one that goes task by task to the next, from the first on.</summary>
    /// <value>The default value is 20; at least 1.</value>
    public int Probe { get; init; } = 20;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("decay", Decay), ("probe", Probe)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(Decay is > 0 and <= 1, nameof(Decay), Decay, "more than 0 and at most 1");
        WeightingChecks.Check(Probe >= 1, nameof(Probe), Probe, "at least 1");
    }

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => EqualWeighting.Instance.Start(start);
}
