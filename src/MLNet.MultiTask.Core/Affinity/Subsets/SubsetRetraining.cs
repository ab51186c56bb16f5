using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The losses that really training subsets of tasks gives, as <see cref="RetrainingOptions"/> ask for it.
/// </summary>
internal static class SubsetRetraining
{
    private const int EpochLimit = 20;

    /// <summary>Validation losses, mean over runs: [subset][member in the subset's order].</summary>
    /// <param name="table">All tasks' data; every task needs a validation label.</param>
    /// <param name="split">Rows to fit on and to measure on.</param>
    /// <param name="subsets">Groups of distinct tasks.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static double[][] MeanLosses(TaskTable table, RowSplit split, int[][] subsets, RetrainingOptions options,
        CancellationToken cancellationToken)
    {
        options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        var truth = new SubsetTruth(table, split, subsets, options.Training, options.Seed,
            options.Threads ?? Environment.ProcessorCount, cancellationToken);
        if (options.Start == RetrainingStart.FromScratch)
            return truth.FromScratch(options.Runs).Mean;
        SharedBottomNetwork[] bases =
            [.. Enumerable.Range(0, options.Runs).Select(run => Base(table, split, options, run, cancellationToken))];
        return truth.FineTuned(bases, options.FineTuneEpochs ?? truth.Probe(bases[0], EpochLimit).Epochs, runs: 1).Mean;
    }

    /// <summary>A network of all tasks, from which subsets are fine-tuned.</summary>
    public static SharedBottomNetwork Base(TaskTable table, RowSplit split, RetrainingOptions options, int run,
        CancellationToken cancellationToken) =>
        NetworkTrainer.Train(table, split, [.. Enumerable.Range(0, table.Tasks.Count)],
            options.RunTraining(run, options.Threads), cancellationToken).Network;
}
