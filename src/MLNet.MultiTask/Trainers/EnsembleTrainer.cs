using Microsoft.ML;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>
/// Trains several learners per group and mixes them, for each task with weights of its own.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.Ensemble(...)`. Input and output columns are those of
/// `SharedBottomTrainer`.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | As the learners say |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | Yes, where all chosen learners are |
///
/// ### Background
/// Greedy selection with replacement (Caruana et al. 2004). Every learner is fitted twice: one half of the validation
/// rows stops the first fit and judges the second, the other half the other way round, so that weights are chosen on
/// rows which neither trained nor stopped what they judge. The log says the mixture of every task.
/// ]]></format>
/// </remarks>
public sealed class EnsembleTrainer : MultiTaskTrainer
{
    internal EnsembleTrainer(MLContext context, Options options) : base(context, "Ensemble", options)
    {
        Learner = new EnsembleLearner(options.Learners, options.Rounds);
        Run = new LearnerRun { Threads = options.Threads };
        Run.Validate();
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    /// <summary>Options of <see cref="EnsembleTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>What is trained and mixed.</summary>
        /// <value>
        /// The default value is <see cref="EnsembleLearner.DefaultCandidates"/>: networks, boosted trees and a linear
        /// model; at least one.
        /// </value>
        public IReadOnlyList<IGroupLearner> Learners { get; set; } = EnsembleLearner.DefaultCandidates();

        /// <summary>Draws of the selection.</summary>
        /// <value>The default value is 25; at least 1.</value>
        public int Rounds { get; set; } = 25;

        /// <summary>Upper limit of threads; results do not depend on it.</summary>
        /// <value>The default value is null: all cores. At least 1.</value>
        public int? Threads { get; set; }
    }
}
