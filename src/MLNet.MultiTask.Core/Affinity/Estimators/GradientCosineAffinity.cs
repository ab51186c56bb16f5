namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Gradient cosine over training (CS in Fifty et al., NeurIPS 2021): T[i, j] = mean over the batches of one training
/// run of all tasks of the cosine between the two tasks' gradients with respect to the shared layers, in [−1, 1] before
/// rows are standardised. A batch where a task has no label, or a zero gradient, does not count for that task.
/// </summary>
/// <param name="options">How the network is trained, and how often gradients are compared.</param>
public sealed class GradientCosineAffinity(GradientAffinityOptions options) : ITaskAffinityEstimator
{
    private readonly GradientAffinityOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Gradient cosine";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task cannot be learned from the training rows (it is named).</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
        GradientObserver.Estimate(table, split, _options, Name, Add, cancellationToken);

    internal static void Add(PairMeans means, double[] gram, double[] losses)
    {
        int n = losses.Length;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if (gram[i * n + i] > 0 && gram[j * n + j] > 0)
                    means.Add(i, j, gram[i * n + j] / Math.Sqrt(gram[i * n + i]) / Math.Sqrt(gram[j * n + j]));
    }
}
