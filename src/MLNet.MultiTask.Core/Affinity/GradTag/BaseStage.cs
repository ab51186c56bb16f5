namespace MLNet.MultiTask;

/// <summary>Where in its training the base networks of a gradient-based estimate are taken.</summary>
public enum BaseStage
{
    /// <summary>The best validation epoch: the affinity follows fine-tuning of a finished network.</summary>
    BestValidation,

    /// <summary>
    /// Where the mean validation loss has fallen by <see cref="GradTagOptions.StageShare"/> of all it falls, amid
    /// learning: the affinity says who is learnt together. Nothing is trained beyond the base networks; nothing tells
    /// whether it is right.
    /// </summary>
    Early,

    /// <summary>
    /// Predicts training from the start: groups of tasks are really trained once each (<see
    /// cref="GradTagOptions.Probes"/>), and they say how far to believe a late and an early stage and where the common
    /// early stopping of a group falls. Groups by what this, the early stage, the labels and the tasks' networks alone
    /// agree on, unless real training clearly finds others better. Networks of the early stage and of tasks alone have
    /// at least the units of the default trunk, 64 and 32, where the trunk is narrower. Up to six tasks, every group is
    /// trained and no network is linearised.
    /// </summary>
    Automatic,
}
