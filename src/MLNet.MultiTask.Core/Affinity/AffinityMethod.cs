namespace MLNet.MultiTask.Affinity;

/// <summary>A way to estimate task affinity that can be asked for by name.</summary>
/// <param name="Name">Lower case with hyphens, such as <c>grad-tag</c>.</param>
/// <param name="Summary">What it measures and what it costs, in one line.</param>
/// <param name="Create">
/// The estimator with default options but for training, seed and threads, which are those given.
/// </param>
public sealed record AffinityMethod(string Name, string Summary, Func<TrainingOptions, ITaskAffinityEstimator> Create);
