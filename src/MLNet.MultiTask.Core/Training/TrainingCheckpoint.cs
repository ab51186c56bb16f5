using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// A training after one of its epochs: parameters, optimiser, best weights and history. Random numbers need no state:
/// every stream is named by (seed, purpose, epoch or step).
/// </summary>
public sealed class TrainingCheckpoint
{
    private readonly string _fingerprint;
    private readonly double[] _bestLosses;
    private readonly int[] _bestEpochs;
    private readonly KeyValuePair<int, float[]>[] _bestParameters;

    internal TrainingCheckpoint(TrainingProblem problem, NetworkShape shape, TrainingOptions options,
        OptimizerState optimizer, BestEpochs best, IReadOnlyList<TrainingProgress> epochs)
        : this(Fingerprint(problem, shape, options), problem.Means, problem.Scales, optimizer, [.. best.Losses],
            [.. best.Epochs], [.. best.Parameters], epochs)
    {
    }

    internal TrainingCheckpoint(string fingerprint, float[] targetMeans, float[] targetScales, OptimizerState optimizer,
        double[] bestLosses, int[] bestEpochs, KeyValuePair<int, float[]>[] bestParameters,
        IReadOnlyList<TrainingProgress> epochs)
    {
        (_fingerprint, TargetMeans, TargetScales, Optimizer, Epochs) =
            (fingerprint, targetMeans, targetScales, optimizer, epochs);
        (_bestLosses, _bestEpochs, _bestParameters) = (bestLosses, bestEpochs, bestParameters);
    }

    /// <summary>One record per epoch made.</summary>
    public IReadOnlyList<TrainingProgress> Epochs { get; }

    internal float[] TargetMeans { get; }

    internal float[] TargetScales { get; }

    internal OptimizerState Optimizer { get; }

    /// <summary>Writes the checkpoint; the stream stays open.</summary>
    public void Save(Stream stream) =>
        CheckpointFormat.Write(stream, _fingerprint, TargetMeans, TargetScales, Optimizer, _bestLosses, _bestEpochs,
            _bestParameters, Epochs);

    /// <summary>Reads what <see cref="Save"/> wrote; the stream stays open.</summary>
    /// <exception cref="FormatException">The stream holds no checkpoint, one of another version, or a damaged
    /// one.</exception>
    public static TrainingCheckpoint Load(Stream stream) => CheckpointFormat.Read(stream);

    internal void CopyBestTo(BestEpochs best)
    {
        _bestLosses.CopyTo(best.Losses, 0);
        _bestEpochs.CopyTo(best.Epochs, 0);
        foreach ((int epoch, float[] parameters) in _bestParameters)
            best.Parameters[epoch] = parameters;
    }

    /// <summary>
    /// Refuses data, a shape or options under which going on would give something else than never having stopped.
    /// </summary>
    internal void ThrowIfOfAnother(TrainingProblem problem, NetworkShape shape, TrainingOptions options)
    {
        string own = Fingerprint(problem, shape, options);
        if (own != _fingerprint)
            throw new ArgumentException($"The checkpoint is of another training: it has " +
                Difference(_fingerprint, own));
    }

    private static string Difference(string stored, string own)
    {
        (string[] a, string[] b) = (stored.Split('\n'), own.Split('\n'));
        int i = 0;
        while (i < Math.Min(a.Length, b.Length) - 1 && a[i] == b[i])
            i++;
        return $"'{a[i]}', this one '{b[i]}'";
    }

    private static string Fingerprint(TrainingProblem problem, NetworkShape shape, TrainingOptions options) =>
        string.Join('\n',
        FormattableString.Invariant($"seed {options.Seed}"),
        FormattableString.Invariant($"{shape.FeatureCount} features"),
        $"hidden layers {string.Join(", ", shape.Hidden)}{(shape.LayerNorm ? " with layer norm" : "")}",
        "tasks " + string.Join(", ", shape.Tasks.Select(Describe)),
        FormattableString.Invariant($"{problem.Train.Length} training rows, {problem.Validation.Length} validation rows"),
        FormattableString.Invariant($"rows numbered {Hash(problem):x16}"),
        FormattableString.Invariant($"batches of {TrainingStep.BatchSize(problem, options)}"),
        FormattableString.Invariant($"learning rate {options.LearningRate} ({options.Schedule})"),
        FormattableString.Invariant($"weight decay {options.WeightDecay}"),
        FormattableString.Invariant($"dropout {options.Dropout}, gradient norm {options.MaxGradientNorm}"),
        $"early stopping {options.EarlyStopping}",
        options.Schedule == LearningRateSchedule.Constant ? ""
            : FormattableString.Invariant($"{options.MaxEpochs} epochs, {options.MaxSteps} steps"));

    private static string Describe(TaskInfo task) => FormattableString.Invariant(
        $"{task.Name.ReplaceLineEndings(" ")} ({task.Kind}, {task.OutputCount}, {task.Weight})");

    private static ulong Hash(TrainingProblem problem)
    {
        ulong hash = 0;
        foreach (int row in problem.Train)
            hash = RandomStream.Mix(hash ^ (uint)row);
        foreach (int row in problem.Validation)
            hash = RandomStream.Mix(hash ^ (uint)row);
        return hash;
    }
}
