using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>The peers that a user of ML.NET has: boosted trees, one model per label, on one thread.</summary>
internal static class TreesPerLabel
{
    /// <summary>
    /// LightGBM with ML.NET's defaults, or with the tuned defaults of "Better by default" (Holzmüller, Grinsztajn,
    /// Steinwart, NeurIPS 2024), table of LightGBM-TD, without its early stopping, which ML.NET has no way to give
    /// rows.
    /// </summary>
    public static IGroupLearner LightGbm(bool tuned) => new PerTaskLearner((context, task) =>
    {
        bool regression = task.Kind == TaskKind.Regression;
        return task.Kind switch
        {
            TaskKind.Binary => context.BinaryClassification.Trainers.LightGbm(
                Set(new LightGbmBinaryTrainer.Options(), tuned, regression)),
            TaskKind.Multiclass => context.MulticlassClassification.Trainers.LightGbm(
                Set(new LightGbmMulticlassTrainer.Options(), tuned, regression)),
            _ => (IEstimator<ITransformer>)context.Regression.Trainers.LightGbm(
                Set(new LightGbmRegressionTrainer.Options(), tuned, regression)),
        };
    }, tuned ? "LightGBM, tuned defaults" : "LightGBM, defaults");

    /// <summary>FastTree with ML.NET's defaults; one against all for classes.</summary>
    public static IGroupLearner FastTree() => new PerTaskLearner((context, task) => task.Kind switch
    {
        TaskKind.Regression => context.Regression.Trainers.FastTree(
            new FastTreeRegressionTrainer.Options { NumberOfThreads = 1 }),
        TaskKind.Binary => context.BinaryClassification.Trainers.FastTree(
            new FastTreeBinaryTrainer.Options { NumberOfThreads = 1 }),
        _ => context.MulticlassClassification.Trainers.OneVersusAll(context.BinaryClassification.Trainers.FastTree(
            new FastTreeBinaryTrainer.Options { NumberOfThreads = 1 })),
    }, "FastTree, defaults");

    private static TOptions Set<TOptions, TOutput, TTransformer, TModel>(
        LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase options, bool tuned, bool regression)
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
        where TOptions : LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase, new()
    {
        options.NumberOfThreads = 1;
        if (tuned)
        {
            options.NumberOfIterations = 1000;
            options.LearningRate = regression ? 0.05 : 0.04;
            options.NumberOfLeaves = regression ? 100 : 50;
            options.MinimumExampleCountPerLeaf = regression ? 3 : 40;
            options.Booster = new GradientBooster.Options
            {
                SubsampleFraction = regression ? 0.7 : 0.75, SubsampleFrequency = 1,
            };
        }
        return (TOptions)options;
    }
}
