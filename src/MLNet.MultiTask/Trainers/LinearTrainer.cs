using MLNet.MultiTask.Learners;
using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>Trains linear models of the tasks of a group, held together by a penalty.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.Linear(...)`. Input and output columns are those of
/// `SharedBottomTrainer`.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | No: features are standardised within |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | Yes: `mlContext.MultiTask().ConvertToOnnx` of the package MLNet.MultiTask.Onnx |
///
/// ### Background
/// Ridge, multi-task Lasso, trace norm or distance from the tasks' mean, by accelerated proximal gradient steps. The
/// strength of the penalty is chosen for each task on its validation rows. For small and wide data, with rows about as
/// many as features, a linear model is often better than trees and networks.
/// ]]></format>
/// </remarks>
public sealed class LinearTrainer : MultiTaskTrainer
{
    internal LinearTrainer(MLContext context, Options options) : base(context, "Linear", options)
    {
        ArgumentNullException.ThrowIfNull(options.Linear);
        Learner = new LinearLearner(options.Linear);
        Run = new LearnerRun { Threads = options.Threads };
        Run.Validate();
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    /// <summary>Options of <see cref="LinearTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>Penalty, strengths to try, and when the solver ends.</summary>
        /// <value>The default value is the defaults of <see cref="LinearOptions"/>.</value>
        public LinearOptions Linear { get; set; } = new();

        /// <summary>Upper limit of threads; results do not depend on it.</summary>
        /// <value>The default value is null: all cores. At least 1.</value>
        public int? Threads { get; set; }
    }
}
