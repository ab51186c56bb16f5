using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>One training run on all tasks, with the network kept after some of its steps.</summary>
internal sealed class BaseRun : ITrainingObserver
{
    private readonly List<(int Step, SharedBottomNetwork Network, double Loss)> _kept = [];
    private readonly ForwardEvaluator _evaluator;
    private readonly int[] _all;

    private BaseRun(TaskTable table, RowSplit split, TrainingOptions training, bool keep, double? share,
        CancellationToken cancellationToken)
    {
        _all = [.. Enumerable.Range(0, table.Tasks.Count)];
        _evaluator = new ForwardEvaluator(table, RowSample.Of(table, split.Validation, training.Seed));
        Result = NetworkTrainer.Train(table, split, _all, training, keep ? this : null, cancellationToken);
        Flops = SubsetTruth.TrainingFlops(table, split, Result, _all);
        Epochs = Result.BestEpoch;
        Network = Result.Network;
        if (share is { } part)
            (Epochs, Network) = At(part);
    }

    public TrainingResult Result { get; }

    public double Flops { get; }

    /// <summary>The network at the stage that the options ask for.</summary>
    public SharedBottomNetwork Network { get; }

    /// <summary>Epochs of training behind <see cref="Network"/>; a fraction within an epoch.</summary>
    public double Epochs { get; }

    /// <summary>Trains all base networks; several at a time.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="options">How many, and up to which stage.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static BaseRun[] TrainAll(TaskTable table, RowSplit split, GradTagOptions options,
        CancellationToken cancellationToken) =>
        ParallelRuns.MapInWaves(options.Bases, options.Threads ?? options.Training.Threads,
            (index, threads) => Train(table, split, options, index, threads, cancellationToken), cancellationToken);

    /// <summary>
    /// The first network kept whose mean validation loss has fallen from that of fresh weights by a share of all it
    /// falls.
    /// </summary>
    public (double Epochs, SharedBottomNetwork Network) At(double share)
    {
        double fresh = _kept[0].Loss, best = Math.Min(_kept.Min(k => k.Loss), MeanLoss(Result.Network));
        (int step, SharedBottomNetwork network, _) =
            _kept.First(k => fresh - k.Loss >= share * (fresh - best) || k.Step == _kept[^1].Step);
        return ((double)step * Result.Epochs.Count / Result.Epochs[^1].Steps, network);
    }

    // Only the first reports its progress: several at a time would talk at once.
    private static BaseRun Train(TaskTable table, RowSplit split, GradTagOptions options, int index, int threads,
        CancellationToken cancellationToken)
    {
        TrainingOptions training = options.Training with
        {
            Seed = new RandomStream(options.Seed, "base", index).NextUInt64(),
            Threads = threads,
            Progress = index == 0 ? options.Training.Progress : null,
            Checkpoint = null,
        };
        if (options.BaseEpochs is { } epochs)
            training = training with { MaxEpochs = epochs, MaxSteps = null, Patience = null, KeepBestWeights = false };
        bool early = options.BaseEpochs is null && options.Stage != BaseStage.BestValidation;
        return new BaseRun(table, split, training, keep: early || (options.CompareStages && options.BaseEpochs is null),
            early ? options.StageShare : null, cancellationToken);
    }

    void ITrainingObserver.OnStep(SharedBottomNetwork network, ReadOnlySpan<int> rows, int step)
    {
        if (IsKept(step - 1))
            _kept.Add((step - 1, network.Clone(), MeanLoss(network)));
    }

    private double MeanLoss(SharedBottomNetwork network)
    {
        double[] losses = _evaluator.Losses(network, _all);
        double sum = 0, total = 0;
        for (int t = 0; t < losses.Length; t++)
        {
            double weight = network.Shape.Tasks[t].Weight;
            sum += weight * losses[t];
            total += weight;
        }
        return total > 0 ? sum / total : losses.Average();
    }

    // 0, 1, 2, …, 8, 10, 12, 15, 18, 22, … : each about 1.25 times the last.
    private static bool IsKept(int step)
    {
        int kept = 0;
        while (kept < step)
            kept = Math.Max(kept + 1, kept * 5 / 4);
        return kept == step;
    }
}
