namespace MLNet.MultiTask;

/// <summary>What training a group of tasks from the start is expected to give its members, in their order.</summary>
/// <param name="AtCommonStop">
/// With <see cref="EarlyStopping.Macro"/>: at the epoch that is the best for the group's mean.
/// </param>
/// <param name="AtOwnBest">With <see cref="EarlyStopping.PerTask"/>: each at its own best epoch.</param>
public sealed record GroupPrediction(IReadOnlyList<PredictedLoss> AtCommonStop, IReadOnlyList<PredictedLoss> AtOwnBest);
