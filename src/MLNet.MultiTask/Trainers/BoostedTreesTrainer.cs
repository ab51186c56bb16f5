using MLNet.MultiTask.Learners;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask;

/// <summary>Trains one forest of boosted trees with vector leaves per group of tasks.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.BoostedTrees(...)`. Input and output columns are those
/// of `SharedBottomTrainer`.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | No |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | Yes: `mlContext.MultiTask().ConvertToOnnx` of the package MLNet.MultiTask.Onnx |
///
/// ### Background
/// Gradient boosting (Friedman 2001) on histograms of at most 255 bins per feature, leaf by leaf. A tree asks the same
/// questions for all tasks of its group and has a value for each of them in every leaf, from the task's own gradients
/// and Hessians: logistic loss, cross entropy, or squared error of the standardised target. Labels that are not
/// observed do not count; a leaf without a label of a task takes the value of the node above. The split search sees up
/// to 14 gradients, or as many random combinations of more (SketchBoost, Iosipoi and Vakhrushev 2022). Features that
/// are NaN are missing: every question learns where they go. Each task keeps the number of trees that is best on its
/// validation rows. The same seed gives the same bits on any number of threads.
/// ]]></format>
/// </remarks>
public sealed class BoostedTreesTrainer : MultiTaskTrainer
{
    private readonly BoostedTreesOptions _forest;

    internal BoostedTreesTrainer(MLContext context, Options options) : base(context, "BoostedTrees", options)
    {
        ArgumentNullException.ThrowIfNull(options.Forest);
        Learner = new BoostedTreesLearner(_forest = options.Forest);
        Run = new LearnerRun { Threads = options.Threads, Progress = options.Progress };
        Run.Validate();
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    private protected override IGroupLearner LearnerFor(DataViewSchema.Column features, IChannel channel)
    {
        if (_forest.Categories.Count > 0 || CategoryRanges.Of(features) is not { Length: > 0 } categories)
            return Learner;
        channel.Info(MessageSensitivity.Schema, $"Splits on {Counted.Of(categories.Length, "category column")} of " +
            $"'{features.Name}' are by category, as its annotation '{CategoryRanges.Kind}' says");
        return new BoostedTreesLearner(_forest with { Categories = categories });
    }

    /// <summary>Options of <see cref="BoostedTreesTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>
        /// Trees, leaves, learning rate and so on, such as <c>new() { NumberOfTrees = 300, NumberOfLeaves = 15 }</c>.
        /// Where it names no <see cref="BoostedTreesOptions.Categories"/>, the features' annotation of categorical
        /// slots does.
        /// </summary>
        /// <value>The default value is the defaults of <see cref="BoostedTreesOptions"/>.</value>
        public BoostedTreesOptions Forest { get; set; } = new();

        /// <summary>Upper limit of threads; results do not depend on it.</summary>
        /// <value>The default value is null: all cores. At least 1.</value>
        public int? Threads { get; set; }

        /// <summary>Told about every tree.</summary>
        /// <value>The default value is null: nobody is told.</value>
        public IProgress<TrainingProgress>? Progress { get; set; }

        internal override bool AllowsMissingFeatures => true;
    }
}
