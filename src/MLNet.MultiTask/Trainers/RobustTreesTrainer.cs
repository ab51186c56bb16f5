using Microsoft.ML;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>
/// Trains robust multi-task boosted trees per group of tasks: common trees, trees between which a gate per task
/// decides, and trees of each task; made for task-indexed data.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.RobustTrees(...)`. Input and output columns are those of
/// `SharedBottomTrainer`. The tasks of a group are of one kind.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class or regression tasks, one kind a group |
/// | Is normalization required? | No |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | No |
///
/// ### Background
/// R-MTGB: the raw output of task t is common(x) + (1 − σ(θ_t)) inlier(x) + σ(θ_t) outlier(x) + own_t(x). Blocks
/// without trees give pooled boosting, one forest per task, or common trees and the tasks' own. Each block keeps the
/// number of trees that is best on validation rows. The log says the gate σ(θ_t) of every task.
/// ]]></format>
/// </remarks>
public sealed class RobustTreesTrainer : MultiTaskTrainer
{
    internal RobustTreesTrainer(MLContext context, Options options) : base(context, "RobustTrees", options)
    {
        ArgumentNullException.ThrowIfNull(options.Trees);
        Learner = new RobustTreesLearner(options.Trees);
        Run = new LearnerRun { Threads = options.Threads };
        Run.Validate();
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    /// <summary>Options of <see cref="RobustTreesTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>Trees of each block, and how they are grown.</summary>
        /// <value>The default value is the defaults of <see cref="RobustTreesOptions"/>.</value>
        public RobustTreesOptions Trees { get; set; } = new();

        /// <summary>Upper limit of threads; results do not depend on it.</summary>
        /// <value>The default value is null: all cores. At least 1.</value>
        public int? Threads { get; set; }

        internal override bool AllowsMissingFeatures => true;
    }
}
