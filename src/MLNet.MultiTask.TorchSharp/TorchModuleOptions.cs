using MLNet.MultiTask.Torch;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>A module over several tasks and how it is trained.</summary>
public sealed record TorchModuleOptions
{
    /// <summary>
    /// A registered architecture with settings, such as <c>mlp(hidden=64,32; dropout=0.1)</c>; see
    /// <see cref="TorchArchitectures"/>.
    /// </summary>
    /// <value>The default value is "mlp"; not looked at where <see cref="Create"/> is set.</value>
    public string Architecture { get; init; } = "mlp";

    /// <summary>Makes a module that no name is registered for: it can be trained and scored, but not saved.</summary>
    /// <value>The default value is null: <see cref="Architecture"/> says the module.</value>
    public Func<ArchitectureContext, MultiTaskModule>? Create { get; init; }

    /// <summary>
    /// Optimiser, weighting of the tasks, batches, early stopping. What is the module's own matter must keep its
    /// default: hidden layers, layer norm, dropout, engine, sketches.
    /// </summary>
    /// <value>The default value is the defaults of <see cref="TrainingOptions"/>.</value>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Trains one module per task of a group from the same initial weights, and merges them into one, such as
    /// <c>ties(keep=0.2; scale=0.3)</c>; see <see cref="ModelMergings"/>.
    /// </summary>
    /// <value>The default value is null: one module is trained for all tasks of a group. Otherwise the weighting and
    /// the sampling must keep their defaults.</value>
    public string? Merging { get; init; }

    /// <summary>
    /// Epochs in which one module is trained on all tasks of a group before each task goes on from it alone: initial
    /// weights that have learned something, as the literature's pretrained models have.
    /// </summary>
    /// <value>The default value is 0: experts begin with fresh weights. Not negative, and 0 without
    /// <see cref="Merging"/>.</value>
    public int MergingWarmup { get; init; }

    /// <summary>
    /// Losses by task name, such as <c>z-loss(a=1; b=1)</c> or <c>decoupled-softmax</c>; see <see cref="TorchLosses"/>.
    /// Tasks of a group that name the same one share it. Where a task's group lacks what a loss compares it with, the
    /// task has the loss of its kind, and a note says so.
    /// </summary>
    /// <value>The default value is empty: every task has the loss of its kind.</value>
    public IReadOnlyDictionary<string, string> Losses { get; init; } = new Dictionary<string, string>();

    /// <summary>Number of the GPU to train on, as <c>MLContext.GpuDeviceId</c>; a trainer takes that one.</summary>
    /// <value>The default value is null: the CPU.</value>
    public int? GpuDeviceId { get; init; }

    /// <summary>Whether the CPU is taken where there is no such GPU, as <c>MLContext.FallbackToCpu</c>.</summary>
    /// <value>The default value is false.</value>
    public bool FallbackToCpu { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range, or would be ignored (it is
    /// named).</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Architecture);
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate();
        var defaults = new TrainingOptions();
        ThrowIfSet(Training.Hidden.SequenceEqual(defaults.Hidden), nameof(TrainingOptions.Hidden));
        ThrowIfSet(!Training.LayerNorm, nameof(TrainingOptions.LayerNorm));
        ThrowIfSet(!Training.LinearSkip, nameof(TrainingOptions.LinearSkip));
        ThrowIfSet(Training.Dropout == 0, nameof(TrainingOptions.Dropout));
        ThrowIfSet(Training.GramianSketch is null, nameof(TrainingOptions.GramianSketch));
        ThrowIfSet(Training.Engine.Name == defaults.Engine.Name, nameof(TrainingOptions.Engine));
        ThrowIfSet(Training.Checkpoint is null, nameof(TrainingOptions.Checkpoint));
        ThrowIfSet(Training.InitialModel is null, nameof(TrainingOptions.InitialModel));
        if (Create is null)
            MergedArchitectures.ThrowIfNotTrainable(Architecture.Split('(')[0].Trim());
        ArgumentNullException.ThrowIfNull(Losses);
        foreach ((string task, string loss) in Losses)
            ThrowIfNoLoss(task, loss);
        if (MergingWarmup < 0 || (MergingWarmup > 0 && Merging is null))
            throw new ArgumentOutOfRangeException(nameof(MergingWarmup), MergingWarmup, $"{nameof(MergingWarmup)} " +
                $"must be at least 0, and 0 where {nameof(Merging)} is null");
        if (Merging is null)
            return;
        ModelMergings.Parsed(Merging, nameof(Merging));
        if (Training.Weighting is not EqualWeighting || Training.Sampling.Temperature is not null)
            throw new ArgumentOutOfRangeException(nameof(Merging), $"{nameof(Merging)} is '{Merging}', which trains " +
                "every " +
                $"task alone: {nameof(Training)}.{nameof(TrainingOptions.Weighting)} '{Training.Weighting}' and " +
                $"{nameof(TrainingOptions.Sampling)} '{Training.Sampling}' would have no effect and must keep their " +
                "defaults");
    }

    private static void ThrowIfNoLoss(string task, string loss)
    {
        try
        {
            BuiltInLosses.Parse(loss);
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"{nameof(Losses)}[\"{task}\"]: {e.Message}", nameof(loss), e);
        }
    }

    private static void ThrowIfSet(bool isDefault, string name)
    {
        if (!isDefault)
            throw new ArgumentOutOfRangeException($"{nameof(Training)}.{name}",
                $"{nameof(Training)}.{name} has no effect on a module of one's own and must keep its default; say " +
                "it in the module or its settings");
    }
}
