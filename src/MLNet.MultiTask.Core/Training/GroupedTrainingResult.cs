namespace MLNet.MultiTask.Training;

/// <summary>The model of a grouping and how each of its networks was trained.</summary>
/// <param name="Model">All tasks, each served by its group's network.</param>
/// <param name="Groups">One result per group, in order of the grouping.</param>
public sealed record GroupedTrainingResult(MultiTaskModel Model, IReadOnlyList<TrainingResult> Groups);
