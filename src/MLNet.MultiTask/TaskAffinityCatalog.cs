using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>Ways to estimate which tasks help one another: <c>mlContext.MultiTask().Affinity</c>.</summary>
public sealed partial class TaskAffinityCatalog
{
    private readonly MLContext _context;

    internal TaskAffinityCatalog(MLContext context) => _context = context;

    /// <summary>
    /// Grad-TAG (Li, Sharma, Zhang, KDD 2024): predicts from gradients how any subset of tasks would do when trained
    /// together.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskAffinityEstimator GradTag(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        GradTag(new TaskAffinityEstimator.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            OutputColumnName = outputColumnName,
        });

    /// <inheritdoc cref="GradTag(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">How the estimate is made; a seed of its own, other than the default, is obeyed; otherwise
    /// that of <paramref name="options"/> counts. Null = the defaults.</param>
    public TaskAffinityEstimator GradTag(TaskAffinityEstimator.Options options, GradTagOptions? method = null)
    {
        method ??= new GradTagOptions();
        method.Validate();
        return new(_context, options, seed => new GradTagAffinity(Seeded(method, seed)));
    }

    /// <summary>
    /// The same with as many subsets as the grouping needs: sampled in rounds until the groupings no longer change.
    /// </summary>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made, and how many subsets a round has; its own seed, other than the
    /// default, is obeyed; otherwise that of <paramref name="options"/> counts. Null = the defaults in rounds that hold
    /// every pair of tasks twice.
    /// </param>
    /// <param name="sampling">When sampling stops.</param>
    public TaskAffinityEstimator GradTag(TaskAffinityEstimator.Options options, GradTagOptions? method,
        AdaptiveSamplingOptions sampling)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        method ??= AdaptiveGradTagAffinity.Round(new GradTagOptions());
        method.Validate();
        sampling.Validate();
        return new(_context, options, seed =>
            new AdaptiveGradTagAffinity(Seeded(method, seed), SdpGroupingSolver.WithoutBound, sampling));
    }

    /// <summary>Any other estimator, the user's own included.</summary>
    /// <param name="options">Columns and split; the seed is only that of the split.</param>
    /// <param name="method">Makes the estimate.</param>
    public TaskAffinityEstimator Custom(TaskAffinityEstimator.Options options, ITaskAffinityEstimator method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new(_context, options, _ => method);
    }

    // A seed of the method's own is obeyed; the default one gives way to the component's.
    private static TOptions Seeded<TOptions>(TOptions method, ulong seed) where TOptions : AffinityOptions =>
        method.Seed == new GradTagOptions().Seed ? (TOptions)((AffinityOptions)method with { Seed = seed }) : method;
}
