namespace MLNet.MultiTask.Search;

/// <summary>What came of a group with a learner and settings.</summary>
/// <param name="Settings">Learner and settings.</param>
/// <param name="Loss">Mean over runs and served tasks.</param>
/// <param name="Runs">Number of runs.</param>
internal readonly record struct SeenSettings(LearnerSettings Settings, double Loss, int Runs);
