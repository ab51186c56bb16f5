using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>The estimators that <c>--method</c> names.</summary>
internal static class AffinityMethods
{
    public const string Default = "grad-tag";

    private static readonly Dictionary<string, Func<TrainingOptions, ITaskAffinityEstimator>> Factories = new()
    {
        [Default] = training => new GradTagAffinity(new GradTagOptions
        {
            Training = training,
            Seed = training.Seed,
            Threads = training.Threads,
        }),
    };

    public static string[] Names => [.. Factories.Keys];

    /// <summary>The estimator of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="training">How it trains networks, with seed and threads.</param>
    public static ITaskAffinityEstimator Create(string name, TrainingOptions training) => Factories[name](training);
}
