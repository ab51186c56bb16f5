namespace MLNet.MultiTask.Training;

/// <summary>
/// A training after one of its steps: parameters, optimiser, position in the epoch, best weights and history. Random
/// numbers need no state: every stream is named by (seed, purpose, epoch or step).
/// </summary>
public sealed class TrainingCheckpoint
{
    private readonly string _fingerprint;
    private readonly double[] _bestLosses;
    private readonly int[] _bestEpochs;
    private readonly KeyValuePair<int, float[]>[] _bestParameters;

    internal TrainingCheckpoint(string fingerprint, TrainingProblem problem, OptimizerState optimizer,
        double[] weighting, PartialEpoch partial, BestEpochs best, IReadOnlyList<TrainingProgress> epochs)
        : this(fingerprint, problem.Means, problem.Scales, optimizer, weighting, partial, [.. best.Losses],
            [.. best.Epochs],
            [.. best.Parameters], epochs)
    {
    }

    internal TrainingCheckpoint(string fingerprint, float[] targetMeans, float[] targetScales, OptimizerState optimizer,
        double[] weighting, PartialEpoch partial, double[] bestLosses, int[] bestEpochs,
        KeyValuePair<int, float[]>[] bestParameters,
        IReadOnlyList<TrainingProgress> epochs)
    {
        (_fingerprint, TargetMeans, TargetScales, Optimizer, Weighting, Partial, Epochs) =
            (fingerprint, targetMeans, targetScales, optimizer, weighting, partial, epochs);
        (_bestLosses, _bestEpochs, _bestParameters) = (bestLosses, bestEpochs, bestParameters);
    }

    /// <summary>One record per epoch made.</summary>
    public IReadOnlyList<TrainingProgress> Epochs { get; }

    /// <summary>Steps made.</summary>
    public int Steps => Optimizer.Steps;

    internal float[] TargetMeans { get; }

    internal float[] TargetScales { get; }

    internal OptimizerState Optimizer { get; }

    /// <summary>What the weighting of tasks keeps from step to step.</summary>
    internal double[] Weighting { get; }

    internal PartialEpoch Partial { get; }

    /// <summary>Writes the checkpoint; the stream stays open.</summary>
    public void Save(Stream stream) =>
        CheckpointFormat.Write(stream, _fingerprint, TargetMeans, TargetScales, Optimizer, Weighting, Partial,
            _bestLosses,
            _bestEpochs, _bestParameters, Epochs);

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
    /// Refuses data, a network or options under which going on would give something else than never having stopped.
    /// </summary>
    /// <param name="fingerprint">Of the training that is to go on.</param>
    internal void ThrowIfOfAnother(string fingerprint)
    {
        if (fingerprint != _fingerprint)
            throw new ArgumentException($"The checkpoint is of another training: it has " +
                TrainingFingerprint.Difference(_fingerprint, fingerprint));
    }
}
