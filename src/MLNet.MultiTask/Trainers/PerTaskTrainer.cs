using MLNet.MultiTask.Learners;
using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>Trains one single-label estimator of ML.NET per task.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.PerTask(...)`. Input and output columns are those of
/// `SharedBottomTrainer`, and so is everything that can be done with the trained transformer.
///
/// ### What an estimator sees
/// A view of the rows on which its task is observed, in their order: `Features`, `Label` (also under the task's name;
/// `Boolean`, key or `Single` by kind of task), and `Weight` where the task has weights that are not all 1. The names
/// do not depend on those in the data, so `Trainers.LightGbm()` with its default column names fits every binary task,
/// whether it comes from a column of its own, a slot of a vector, or task-indexed data.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | As the estimators say |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask, and those of the estimators |
///
/// ### Differences from the same estimators by hand
/// Scores, probabilities and values are the estimators' own. A binary estimator without `Probability` gets a Platt
/// calibrator, multi-class scores that are no probabilities become their softmax, and rows with a feature that is not
/// finite have missing scores. Each is said in the log.
/// ]]></format>
/// </remarks>
public sealed class PerTaskTrainer : MultiTaskTrainer
{
    internal PerTaskTrainer(MLContext context, Options options) : base(context, "PerTask", options)
    {
        if (options.Estimator is null)
            throw new ArgumentException($"{nameof(Options)}.{nameof(Options.Estimator)} must say how the estimator " +
                "of a task is made", nameof(options));
        Learner = new PerTaskLearner(options.Estimator, options.Description);
    }

    private protected override IGroupLearner Learner { get; }

    /// <summary>Options of <see cref="PerTaskTrainer"/>.</summary>
    public sealed class Options : MultiTaskOptions
    {
        /// <summary>
        /// All rows are fitted: <see cref="MultiTaskOptions.ValidationFraction"/> is 0 by default here.
        /// </summary>
        public Options() => ValidationFraction = 0;

        /// <summary>
        /// Makes a task's estimator: a trainer of ML.NET for its kind, or a chain that ends in one. The context is a
        /// new one with a seed from <see cref="MultiTaskOptions.Seed"/> and the task's name, so that an estimator made
        /// by it gives the same model whatever was made before.
        /// </summary>
        /// <value>The default value is null; it must be set.</value>
        public Func<MLContext, SingleTask, IEstimator<ITransformer>>? Estimator { get; set; }

        /// <summary>Says in a line what the estimators are, for histories and caches of a search.</summary>
        /// <value>The default value is null: they are taken for others than all before.</value>
        public string? Description { get; set; }
    }
}
