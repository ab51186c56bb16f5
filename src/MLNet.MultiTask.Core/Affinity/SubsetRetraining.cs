using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Really trains subsets of tasks and measures each member's validation loss: the truth that estimates stand for.</summary>
internal static class SubsetRetraining
{
    private const int EpochProbes = 12;
    private const int EpochLimit = 20;

    /// <summary>Validation losses, [run][subset][member in the subset's order].</summary>
    /// <param name="table">All tasks' data; every task needs a validation label.</param>
    /// <param name="split">Rows to fit on and to measure on.</param>
    /// <param name="subsets">Groups of distinct tasks.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static double[][][] Losses(TaskTable table, RowSplit split, IReadOnlyList<int[]> subsets, RetrainingOptions options,
        CancellationToken cancellationToken)
    {
        options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        SharedBottomNetwork[]? bases = options.Start == RetrainingStart.FineTuned
            ? [.. Enumerable.Range(0, options.Runs).Select(run => Base(table, split, options, run, cancellationToken))] : null;
        int epochs = bases is null ? 0 : options.FineTuneEpochs ?? MedianBestEpoch(table, split, subsets, bases[0], options, cancellationToken);
        double[][] flat = ParallelRuns.Map(options.Runs * subsets.Count, options.Threads, i =>
        {
            int run = i / subsets.Count;
            int[] subset = subsets[i % subsets.Count];
            TrainingOptions training = options.RunTraining(run, threads: 1);
            return BestLosses(bases is null
                ? NetworkTrainer.Train(table, split, subset, training, cancellationToken)
                : NetworkTrainer.Train(table, split, subset, bases[run], Fixed(training, epochs), cancellationToken));
        }, cancellationToken);
        return [.. flat.Chunk(subsets.Count)];
    }

    /// <summary>The mean over runs, [subset][member].</summary>
    public static double[][] MeanLosses(TaskTable table, RowSplit split, IReadOnlyList<int[]> subsets, RetrainingOptions options,
        CancellationToken cancellationToken)
    {
        double[][][] runs = Losses(table, split, subsets, options, cancellationToken);
        return [.. subsets.Select((subset, s) => subset.Select((_, k) => runs.Average(run => run[s][k])).ToArray())];
    }

    /// <summary>A network of all tasks, from which subsets are fine-tuned.</summary>
    public static SharedBottomNetwork Base(TaskTable table, RowSplit split, RetrainingOptions options, int run, CancellationToken cancellationToken) =>
        NetworkTrainer.Train(table, split, [.. Enumerable.Range(0, table.Tasks.Count)], options.RunTraining(run, options.Threads), cancellationToken).Network;

    /// <summary>The validation losses that belong to the weights returned.</summary>
    public static double[] BestLosses(TrainingResult result) => [.. result.Epochs[result.BestEpoch - 1].TaskValidationLosses];

    private static int MedianBestEpoch(TaskTable table, RowSplit split, IReadOnlyList<int[]> subsets, SharedBottomNetwork start,
        RetrainingOptions options, CancellationToken cancellationToken)
    {
        int probes = Math.Min(EpochProbes, subsets.Count);
        TrainingOptions training = options.RunTraining(0, threads: 1) with { MaxEpochs = EpochLimit, MaxSteps = null, Patience = null };
        int[] best = ParallelRuns.Map(probes, options.Threads, p => NetworkTrainer.Train(
            table, split, subsets[(int)((long)p * subsets.Count / probes)], start, training, cancellationToken).BestEpoch, cancellationToken);
        Array.Sort(best);
        return best[probes / 2];
    }

    private static TrainingOptions Fixed(TrainingOptions training, int epochs) =>
        training with { MaxEpochs = epochs, MaxSteps = null, Patience = null, KeepBestWeights = false };
}
