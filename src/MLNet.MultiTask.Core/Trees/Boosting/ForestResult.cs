namespace MLNet.MultiTask.Trees;

/// <summary>A trained forest and how its training went.</summary>
/// <param name="Forest">The forest; every task has its own number of trees.</param>
/// <param name="Rounds">One record per tree grown.</param>
/// <param name="BestTrees">Trees each task keeps.</param>
/// <param name="BestLosses">Validation loss of each task there; NaN without validation labels.</param>
/// <param name="StopReason">Why training ended.</param>
internal sealed record ForestResult(BoostedForest Forest, IReadOnlyList<TrainingProgress> Rounds,
    IReadOnlyList<int> BestTrees,
    IReadOnlyList<double> BestLosses, StopReason StopReason);
