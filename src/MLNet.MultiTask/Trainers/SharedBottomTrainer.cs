using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask;

/// <summary>
/// Trains one shared-bottom network per group of tasks.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.SharedBottom(...)`.
///
/// ### Input and Output Columns
/// Input: the features, a known-sized vector of `Single`, all finite, and per task a label column (see `TaskColumn`):
/// `Boolean`, `Single` (NaN = not observed) or key (0 = not observed), or a vector of these. Optional: a column of
/// groups as `Grouping` estimators write it.
///
/// | Output column | Type | Description |
/// | -- | -- | -- |
/// | `Score.<task>` | Single; multi-class: vector of Single | Logit (binary), class probabilities (multi-class, slot
/// names = class names), value in the label's units (regression) |
/// | `Probability.<task>` | Single | Binary only: probability of true |
/// | `PredictedLabel.<task>` | Boolean or key | Binary: score above 0; multi-class: the class of greatest probability,
/// with its key values |
///
/// A vector label gives vectors instead, one slot per task: `Score`, `Probability`, `PredictedLabel` where it is the
/// only task column, otherwise `Score.<name>` and so on. Task-indexed data gives scalars `Score`, `Probability`,
/// `PredictedLabel` of the row's own task.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | Yes |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | Yes: `mlContext.MultiTask().ConvertToOnnx` of the package MLNet.MultiTask.Onnx |
///
/// ### Background
/// A network of dense layers is shared by the tasks of a group, and each task has a linear head on the last of them
/// (Caruana, "Multitask Learning", 1997). The loss is $\sum_t w_t L_t / \sum_t w_t$, with $L_t$ the mean over the
/// observed labels of a mini-batch of task t's logistic loss, cross entropy, or squared error of the standardised
/// target. Labels that are not observed do not count. Training is AdamW with early stopping on held-out rows, on the
/// mean over the tasks or on every task's own loss; the best weights are kept. `Options.Training` has the rest: widths
/// of the layers, layer norm, batch size, learning rate and its schedule, dropout, gradient clipping, weight decay,
/// epochs and steps. The same seed gives the same bits on any number of threads.
/// ]]></format>
/// </remarks>
public sealed class SharedBottomTrainer : MultiTaskTrainer
{
    private readonly TrainingOptions _training;

    internal SharedBottomTrainer(MLContext context, Options options) : base(context, "SharedBottom", options)
    {
        ArgumentNullException.ThrowIfNull(options.Training);
        if (options.Training.Seed != new TrainingOptions().Seed)
            throw new ArgumentException($"{nameof(Options.Training)}.{nameof(TrainingOptions.Seed)} is " +
                $"{options.Training.Seed}, but a trainer takes its seed from {nameof(Options)}." +
                $"{nameof(MultiTaskOptions.Seed)}; set that one", nameof(options));
        _training = options.Training;
        Learner = new SharedBottomLearner(options.Training);
        Run = new LearnerRun { Threads = options.Training.Threads, Progress = options.Training.Progress };
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    private protected override bool WantsNormalizedFeatures => true;

    private protected override int? MaxEpochs => _training.MaxEpochs;

    private protected override int? MaxSteps => _training.MaxSteps;

    private protected override void Warn(IChannel channel, GroupedTrainingResult result) =>
        FitLog.Limits(channel, result, _training);

    /// <summary>Options of <see cref="SharedBottomTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>
        /// Network and optimiser, such as <c>new() { Hidden = [128, 64], Dropout = 0.1f, Schedule =
        /// LearningRateSchedule.Cosine, EarlyStopping = EarlyStopping.PerTask }</c>; the seed is
        /// <see cref="MultiTaskOptions.Seed"/>.
        /// </summary>
        /// <value>The default value is the defaults of <see cref="TrainingOptions"/>.</value>
        public TrainingOptions Training { get; set; } = new();
    }
}
