namespace MLNet.MultiTask;

/// <summary>
/// How much worse each task is predicted when a feature's values are shuffled over the rows (Breiman 2001; Fisher,
/// Rudin, Dominici 2019): the worsening of <see cref="TaskMetrics.Primary"/>, so greater is more important, whatever
/// the kind of task. Features that say the same stand in for one another and both look unimportant.
/// </summary>
/// <param name="Tasks">The T tasks.</param>
/// <param name="FeatureNames">The d features.</param>
/// <param name="Means">T×d, row-major: mean over the shuffles, in units of the task's primary metric.</param>
/// <param name="StandardDeviations">T×d, row-major: over the shuffles; NaN for one.</param>
public sealed record FeatureImportance(IReadOnlyList<TaskInfo> Tasks, IReadOnlyList<string> FeatureNames,
    IReadOnlyList<double> Means, IReadOnlyList<double> StandardDeviations)
{
    /// <summary>Mean importance of a feature for a task.</summary>
    public double this[int task, int feature] => Means[task * FeatureNames.Count + feature];

    /// <summary>The features of a task, most important first.</summary>
    public IEnumerable<(string Feature, double Mean, double StandardDeviation)> Ranked(int task) =>
        Enumerable.Range(task * FeatureNames.Count, FeatureNames.Count).OrderByDescending(i => Means[i])
            .Select(i => (FeatureNames[i % FeatureNames.Count], Means[i], StandardDeviations[i]));
}
