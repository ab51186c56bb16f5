using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;
using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>
/// Trains one tabular network per group of tasks.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.TabularNetwork(...)`.
///
/// Columns in and out are those of `SharedBottomTrainer`.
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
/// The network is RealMLP's (Holzmüller, Grinsztajn, Steinwart, "Better by default: strong pre-tuned MLPs and boosted
/// trees on tabular data", NeurIPS 2024) with one head per task: robust scaling, learned embeddings of numbers, a
/// learned diagonal, three dense layers with parametric activations, initial values fitted to the data, and schedules
/// of step size, dropout and weight decay. How features are scaled is decided on the validation rows and said in the
/// log. The same seed gives the same bits on any number of threads.
/// ]]></format>
/// </remarks>
public sealed class TabularNetworkTrainer : MultiTaskTrainer
{
    internal TabularNetworkTrainer(MLContext context, Options options) : base(context, "TabularNetwork", options)
    {
        ArgumentNullException.ThrowIfNull(options.Training);
        Learner = new TabularLearner(options.Training);
        Run = new LearnerRun { Threads = options.Threads };
        Run.Validate();
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    /// <summary>Options of <see cref="TabularNetworkTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>Network and schedules.</summary>
        /// <value>The default value is the defaults of <see cref="TabularOptions"/>.</value>
        public TabularOptions Training { get; set; } = new();

        /// <summary>Upper limit of threads; results do not depend on it.</summary>
        /// <value>The default value is null: all cores. At least 1.</value>
        public int? Threads { get; set; }
    }
}
