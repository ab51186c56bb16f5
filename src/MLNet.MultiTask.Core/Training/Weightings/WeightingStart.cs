namespace MLNet.MultiTask.Training;

/// <summary>What a run of a weighting knows before the first step.</summary>
/// <param name="Tasks">The network's tasks.</param>
/// <param name="Labels">Per task: how many labels the training rows hold.</param>
/// <param name="TotalSteps">Steps the training makes unless it stops early.</param>
/// <param name="Seed">Names the streams of random numbers, with the step.</param>
public sealed record WeightingStart(IReadOnlyList<TaskInfo> Tasks, IReadOnlyList<int> Labels, long TotalSteps,
    ulong Seed);
