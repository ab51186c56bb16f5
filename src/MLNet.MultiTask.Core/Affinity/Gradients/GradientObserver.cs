using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Compares all tasks' gradients on the batches of a training run.</summary>
internal sealed class GradientObserver(TaskTable table, int interval, int threads, Action<double[], double[]> add)
    : ITrainingObserver
{
    private readonly TaskGradients _gradients = new(table);

    /// <summary>
    /// Trains a network of all tasks and averages what <paramref name="add"/> takes from the Gramian of each batch.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="options">How.</param>
    /// <param name="method">The estimator's name.</param>
    /// <param name="add">
    /// Given the T×T inner products of the gradients and the T losses (NaN = absent), adds to the means.
    /// </param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static TaskAffinity Estimate(TaskTable table, RowSplit split, GradientAffinityOptions options, string method,
        Action<PairMeans, double[], double[]> add, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        options.Validate();
        var means = new PairMeans(table.Tasks);
        var observer = new GradientObserver(table, options.Interval, options.Threads ?? Environment.ProcessorCount,
            (gram, losses) => add(means, gram, losses));
        NetworkTrainer.Train(table, split, [.. Enumerable.Range(0, table.Tasks.Count)], options.ObservedTraining(),
            observer, cancellationToken);
        return means.ToAffinity(method, options.Standardize);
    }

    /// <inheritdoc/>
    public void OnStep(SharedBottomNetwork network, ReadOnlySpan<int> rows, int step)
    {
        if ((step - 1) % interval == 0)
            add(_gradients.Compute(network, rows).Gram(threads), _gradients.Losses);
    }
}
