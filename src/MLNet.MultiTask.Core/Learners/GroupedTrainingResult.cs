namespace MLNet.MultiTask.Learners;

/// <summary>The model of a grouping and how each of its groups was fitted.</summary>
/// <param name="Model">All tasks, each served by one of the groups' models.</param>
/// <param name="Groups">One result per group, in order of the grouping.</param>
public sealed record GroupedTrainingResult(MultiTaskModel Model, IReadOnlyList<GroupFit> Groups);
