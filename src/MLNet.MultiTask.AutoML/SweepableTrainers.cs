using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using MLNet.MultiTask.AutoML;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// This library's trainers as <see cref="SweepableEstimator"/>, for pipelines that AutoML's own tuners search. They
/// find less than <c>SetMultiTask</c>, which knows what a grouping is.
/// </summary>
public static class SweepableTrainers
{
    private const string Grouping = "grouping";
    private const string Hidden = "hidden";
    private const string LearningRate = "learningrate";

    /// <summary>A shared-bottom trainer whose grouping, widths and step size are choices.</summary>
    /// <param name="trainers">The catalog: <c>mlContext.MultiTask().Trainers</c>.</param>
    /// <param name="options">Tasks, columns and all that is not chosen.</param>
    /// <param name="groupings">At least one; tuners treat their order as a scale, so give the most promising
    /// first.</param>
    /// <param name="hidden">Widths of the shared layers such as "64,32"; empty = those of the options.</param>
    /// <param name="learningRates">Step sizes; empty = that of the options.</param>
    /// <exception cref="ArgumentException">There is no grouping, or a value cannot be read (it is named).</exception>
    public static SweepableEstimator SweepableSharedBottom(this MultiTaskTrainerCatalog trainers,
        SharedBottomTrainer.Options options, IReadOnlyList<TaskGrouping> groupings,
        IReadOnlyList<string>? hidden = null, IReadOnlyList<float>? learningRates = null)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(groupings);
        if (groupings.Count == 0)
            throw new ArgumentException("At least one grouping is needed", nameof(groupings));
        _ = NetworkSweep.Learner(options.Training, hidden, learningRates);
        string[] widths = hidden is { Count: > 0 } ? [.. hidden] : [NetworkSettings.Text(options.Training.Hidden)];
        string[] rates = learningRates is { Count: > 0 } ? [.. learningRates.Select(NetworkSettings.Text)]
            : [NetworkSettings.Text(options.Training.LearningRate)];
        var space = new Microsoft.ML.SearchSpace.SearchSpace();
        space[Grouping] = TrialParameter.Choice([.. groupings.Select(g => g.ToString())]);
        space[Hidden] = TrialParameter.Choice(widths);
        space[LearningRate] = TrialParameter.Choice(rates);
        return new SweepableEstimator((context, chosen) => Trainer(context, options, chosen), space);
    }

    private static SharedBottomTrainer Trainer(MLContext context, SharedBottomTrainer.Options options,
        Parameter chosen) =>
        context.MultiTask().Trainers.SharedBottom(new SharedBottomTrainer.Options
        {
            Tasks = options.Tasks,
            FeatureColumnName = options.FeatureColumnName,
            ValidationFraction = options.ValidationFraction,
            SamplingKeyColumnName = options.SamplingKeyColumnName,
            IsOrderedByTime = options.IsOrderedByTime,
            Unlearnable = options.Unlearnable,
            Seed = options.Seed,
            CancellationToken = options.CancellationToken,
            Checkpoints = options.Checkpoints,
            GroupColumnName = options.GroupColumnName,
            Grouping = TaskGrouping.Parse(chosen[Grouping].AsType<string>()),
            Training = NetworkSettings.Apply(options.Training, new Dictionary<string, string>
            {
                [NetworkSettings.Hidden] = chosen[Hidden].AsType<string>(),
                [NetworkSettings.LearningRate] = chosen[LearningRate].AsType<string>(),
            }),
        });
}
