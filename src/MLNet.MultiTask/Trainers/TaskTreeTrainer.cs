using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>
/// Trains one branching network: tasks share the lower layers, and each branch of the tree has its own upper ones.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.TaskTree(...)`.
///
/// Columns in and out are those of `SharedBottomTrainer`.
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
/// Groups of tasks with networks of their own share nothing; one network for all shares everything but the heads. A
/// `TaskTree` is between the two: one partition of the tasks per hidden layer, each a refinement of the one below
/// (AutoBRANE, "Efficiently Learning Branching Networks for Multitask Algorithmic Reasoning", arXiv 2512.01113, by the
/// authors of Grad-TAG). Where no tree is given, base networks are trained on all tasks and caught amid learning; for
/// every layer Grad-TAG estimates the affinity from the gradients of that layer and those above; tasks are clustered
/// layer by layer; and the trees in question, from one that shares all layers to one that shares none, are really
/// trained: the one with the lowest validation loss is kept, and the log says which and by how much. Loss, optimiser
/// and early stopping are those of `SharedBottomTrainer`. The same seed gives the same bits on any number of threads.
/// ]]></format>
/// </remarks>
public sealed class TaskTreeTrainer : MultiTaskTrainer
{
    private readonly TaskTreeOptions _tree;

    internal TaskTreeTrainer(MLContext context, Options options) : base(context, "TaskTree", options)
    {
        ArgumentNullException.ThrowIfNull(options.Tree);
        if (options.Tree.Training.Seed != new TrainingOptions().Seed)
            throw new ArgumentException($"{nameof(Options.Tree)}.{nameof(TaskTreeOptions.Training)}." +
                $"{nameof(TrainingOptions.Seed)} is {options.Tree.Training.Seed}, but a trainer takes its seed from " +
                $"{nameof(Options)}.{nameof(MultiTaskOptions.Seed)}; set that one", nameof(options));
        _tree = options.Tree;
        Learner = new TaskTreeLearner(options.Tree);
        Run = new LearnerRun { Threads = options.Tree.Training.Threads, Progress = options.Tree.Training.Progress };
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    private protected override bool WantsNormalizedFeatures => true;

    // Several trees may be trained one after the other; how many is not known before.
    private protected override int? MaxEpochs => _tree.Tree is null ? null : _tree.Training.MaxEpochs;

    private protected override int? MaxSteps => _tree.Tree is null ? null : _tree.Training.MaxSteps;

    /// <summary>Options of <see cref="TaskTreeTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>
        /// The tree, or how it is found, and the network's layers and training; the seed is
        /// <see cref="MultiTaskOptions.Seed"/>.
        /// </summary>
        /// <value>The default value is the defaults of <see cref="TaskTreeOptions"/>.</value>
        public TaskTreeOptions Tree { get; set; } = new();
    }
}
