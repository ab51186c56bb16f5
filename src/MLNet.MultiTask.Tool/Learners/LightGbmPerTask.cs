using Microsoft.ML;
using Microsoft.ML.Trainers.LightGbm;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tool.Learners;

/// <summary>One LightGBM of ML.NET per task with ML.NET's defaults: what there is without multi-task
/// learning.</summary>
internal static class LightGbmPerTask
{
    // LightGBM itself sums in another order with other threads.
    private const int Threads = 1;

    public static PerTaskLearner Create() => new(Estimator, "LightGBM of ML.NET, its defaults, one thread");

    private static IEstimator<ITransformer> Estimator(MLContext context, SingleTask task) => task.Kind switch
    {
        TaskKind.Binary => context.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            ExampleWeightColumnName = task.ExampleWeightColumnName, NumberOfThreads = Threads,
        }),
        TaskKind.Multiclass => context.MulticlassClassification.Trainers.LightGbm(
            new LightGbmMulticlassTrainer.Options
            {
                ExampleWeightColumnName = task.ExampleWeightColumnName, NumberOfThreads = Threads,
            }),
        _ => context.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
        {
            ExampleWeightColumnName = task.ExampleWeightColumnName, NumberOfThreads = Threads,
        }),
    };
}
