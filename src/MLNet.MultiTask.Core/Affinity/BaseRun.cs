using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>One training run on all tasks, with the network kept after some of its epochs.</summary>
internal sealed class BaseRun : ITrainingObserver
{
    private readonly SortedDictionary<int, SharedBottomNetwork> _kept = [];

    private BaseRun(TaskTable table, RowSplit split, TrainingOptions training, CancellationToken cancellationToken)
    {
        int[] all = [.. Enumerable.Range(0, table.Tasks.Count)];
        Result = NetworkTrainer.Train(table, split, all, training, this, cancellationToken);
        Flops = SubsetTruth.TrainingFlops(table, split, Result, all);
    }

    public TrainingResult Result { get; }

    public double Flops { get; }

    /// <summary>The epochs kept, ascending, none after the best.</summary>
    public IEnumerable<int> Epochs => _kept.Keys.Where(e => e < Result.BestEpoch);

    /// <summary>The network after an epoch kept; null = the best.</summary>
    public SharedBottomNetwork At(int? epoch) => epoch is { } e && _kept.TryGetValue(e, out SharedBottomNetwork? network) ? network : Result.Network;

    /// <summary>Trains base network number <paramref name="index"/> up to the stage that the options fix, or to its best epoch.</summary>
    public static BaseRun Train(TaskTable table, RowSplit split, GradTagOptions options, int index, CancellationToken cancellationToken)
    {
        TrainingOptions training = options.Training with
        {
            Seed = new RandomStream(options.Seed, "base", index).NextUInt64(),
            Threads = options.Threads ?? options.Training.Threads,
        };
        if (options.BaseEpochs is { } epochs)
            training = training with { MaxEpochs = epochs, MaxSteps = null, Patience = null, KeepBestWeights = false };
        return new BaseRun(table, split, training, cancellationToken);
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
