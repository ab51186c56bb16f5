namespace MLNet.MultiTask.Learners;

/// <summary>
/// Who listens to several groups at once: that somebody listens is then no reason to fit one group after the other.
/// </summary>
internal interface IConcurrentProgress : IProgress<TrainingProgress>;
