using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Compares all tasks' gradients on the batches of one training of a tabular network.</summary>
internal static class TabularGradients
{
    /// <summary>Averages what <paramref name="add"/> takes from the Gramian of each batch.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="options">How.</param>
    /// <param name="method">The estimator's name.</param>
    /// <param name="add">
    /// Given the T×T inner products of the gradients and the T losses (NaN = absent), adds to the means.
    /// </param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static TaskAffinity Estimate(TaskTable table, RowSplit split, TabularGradientOptions options, string method,
        Action<PairMeans, double[], double[]> add, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        var means = new PairMeans(table.Tasks);
        new TabularLearner(options.Training).Fit(table, split, [.. Enumerable.Range(0, table.Tasks.Count)],
            new LearnerRun
            {
                Seed = new RandomStream(options.Seed, "affinity/run", 0).NextUInt64(),
                Threads = options.Threads,
                CancellationToken = cancellationToken,
            },
            network => new GradientWatch(network, options.Interval, (gram, losses) => add(means, gram, losses)));
        return means.ToAffinity(method, options.Standardize);
    }
}
