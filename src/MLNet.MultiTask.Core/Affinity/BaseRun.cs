using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>One training run on all tasks, with the network kept after some of its epochs.</summary>
internal sealed class BaseRun : ITrainingObserver
{
    private readonly SortedDictionary<int, SharedBottomNetwork> _kept = [];

    private BaseRun(TaskTable table, RowSplit split, TrainingOptions training, bool keep, CancellationToken cancellationToken)
    {
        int[] all = [.. Enumerable.Range(0, table.Tasks.Count)];
        Result = NetworkTrainer.Train(table, split, all, training, keep ? this : null, cancellationToken);
        Flops = SubsetTruth.TrainingFlops(table, split, Result, all);
    }

    public TrainingResult Result { get; }

    public double Flops { get; }

    /// <summary>The epochs kept, ascending, none after the best.</summary>
    public IEnumerable<int> Epochs => _kept.Keys.Where(e => e < Result.BestEpoch);

    /// <summary>The network after an epoch kept; null = the best.</summary>
    public SharedBottomNetwork At(int? epoch) => epoch is { } e && _kept.TryGetValue(e, out SharedBottomNetwork? network) ? network : Result.Network;

    /// <summary>Trains all base networks up to the stage that the options fix, or to their best epochs; several at a time.</summary>
    public static BaseRun[] TrainAll(TaskTable table, RowSplit split, GradTagOptions options, CancellationToken cancellationToken) =>
        ParallelRuns.MapInWaves(options.Bases, options.Threads ?? options.Training.Threads,
            (index, threads) => Train(table, split, options, index, threads, cancellationToken), cancellationToken);

    // Only the first reports its progress: several at a time would talk at once.
    private static BaseRun Train(TaskTable table, RowSplit split, GradTagOptions options, int index, int threads, CancellationToken cancellationToken)
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
        return new BaseRun(table, split, training, keep: options.Stage == BaseStage.Automatic && options.BaseEpochs is null, cancellationToken);
    }

    void ITrainingObserver.OnEpoch(SharedBottomNetwork network, int epoch)
    {
        if (IsKept(epoch))
            _kept[epoch] = network.Clone();
    }

    // 1, 2, 3, 4, 6, 9, 13, 19, 28, … : each about 1.5 times the last.
    private static bool IsKept(int epoch)
    {
        int kept = 1;
        while (kept < epoch)
            kept = Math.Max(kept + 1, kept * 3 / 2);
        return kept == epoch;
    }
}
