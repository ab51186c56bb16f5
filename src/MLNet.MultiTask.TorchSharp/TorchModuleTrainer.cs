using Microsoft.ML;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>
/// Trains one TorchSharp module per group of tasks.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.TorchModule(...)`.
///
/// Columns in and out are those of `SharedBottomTrainer`. Text and images come as a vector of numbers, such as token
/// ids or pixels, which the module makes integers or planes of.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | Up to the module |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask.TorchSharp and a libtorch |
/// | Exportable to ONNX | No |
///
/// ### Background
/// The module is any architecture that is registered by name (`TorchArchitectures`), or a trunk and heads given in
/// place. Losses, weightings, early stopping, checkpoints and files are those of the shared-bottom network; gradients
/// are TorchSharp's. It trains on the GPU that `MLContext.GpuDeviceId` names, and on the CPU where that is null. The
/// same seed gives the same bits on the same number of threads. ]]></format>
/// </remarks>
public sealed class TorchModuleTrainer : MultiTaskTrainer
{
    private readonly TorchModuleOptions _module;
    private readonly bool _groupsAsMasks;

    internal TorchModuleTrainer(MLContext context, Options options) : base(context, "TorchModule", options)
    {
        ArgumentNullException.ThrowIfNull(options.Module);
        Torch.TorchModuleFormat.Register();
        if (options.Module.Training.Seed != new TrainingOptions().Seed)
            throw new ArgumentException($"{nameof(Options.Module)}.{nameof(TorchModuleOptions.Training)}." +
                $"{nameof(TrainingOptions.Seed)} is {options.Module.Training.Seed}, but a trainer takes its seed " +
                $"from {nameof(Options)}.{nameof(MultiTaskOptions.Seed)}; set that one", nameof(options));
        _module = options.Module with
        {
            GpuDeviceId = options.Module.GpuDeviceId ?? context.GpuDeviceId,
            FallbackToCpu = options.Module.FallbackToCpu || context.FallbackToCpu,
        };
        _groupsAsMasks = options.GroupsAsMasks;
        if (_groupsAsMasks && _module.Create is not null)
            throw new ArgumentException($"{nameof(Options.GroupsAsMasks)} needs an architecture by name; " +
                $"{nameof(TorchModuleOptions.Create)} is given", nameof(options));
        Learner = new TorchModuleLearner(_module);
        Run = new LearnerRun { Threads = _module.Training.Threads, Progress = _module.Training.Progress };
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    private protected override IGroupLearner? LearnerOfAll(TaskGrouping grouping) =>
        _groupsAsMasks ? new Torch.MaskedGroupsLearner(_module, grouping) : null;

    private protected override int? MaxEpochs => _module.Training.MaxEpochs;

    private protected override int? MaxSteps => _module.Training.MaxSteps;

    /// <summary>Options of <see cref="TorchModuleTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>The module and how it is trained.</summary>
        /// <value>The default value is the defaults of <see cref="TorchModuleOptions"/>.</value>
        public TorchModuleOptions Module { get; set; } = new();

        /// <summary>
        /// Whether the groups become masks of experts within one module of all tasks, instead of a module each: for
        /// <c>mmoe</c>, <c>cgc</c>, <c>ple</c> and <c>home</c> (<see cref="TorchArchitectures.WithGroups"/>).
        /// </summary>
        /// <value>The default value is false.</value>
        public bool GroupsAsMasks { get; set; }
    }
}
