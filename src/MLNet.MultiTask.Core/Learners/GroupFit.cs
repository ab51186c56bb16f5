namespace MLNet.MultiTask.Learners;

/// <summary>What a learner made of a group of tasks.</summary>
public sealed record GroupFit
{
    /// <summary>
    /// The models, at least one. Together they serve every task of the group exactly once: one model for all, or
    /// several where tasks have best epochs of their own or do not share a model at all.
    /// </summary>
    public required IReadOnlyList<ServingModel> Models { get; init; }

    /// <summary>One record per epoch or round made; empty where the method has none.</summary>
    public IReadOnlyList<TrainingProgress> Epochs { get; init; } = [];

    /// <summary>The epoch, from 1, that served best on the mean of the tasks; 0 where the method has none.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Why the fit ended.</summary>
    public StopReason StopReason { get; init; } = StopReason.Completed;

    /// <summary>What was decided by itself and should be known, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A model and the tasks that it predicts.</summary>
/// <param name="Served">
/// Numbers of the tasks in the table, ascending, at least one. The model's other tasks only helped to train it.
/// </param>
/// <param name="Model">Over a subset of the group's tasks, in ascending order of their numbers in the table.</param>
public sealed record ServingModel(IReadOnlyList<int> Served, IGroupModel Model);
