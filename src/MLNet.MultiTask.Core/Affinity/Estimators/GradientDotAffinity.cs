namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Gradient dot product over training, the first-order affinity of ETAP (Ayman et al., ICLR 2026): T[i, j] = mean over
/// the batches of one training run of all tasks of ⟨g_i, g_j⟩ / L_i, with g the gradient of a task's loss L on the
/// batch with respect to the shared layers. It is the first-order part of the look-ahead of <see
/// cref="TagLookaheadAffinity"/>. A batch without label of a task does not count for that task.
/// </summary>
/// <param name="options">How the network is trained, and how often gradients are compared.</param>
public sealed class GradientDotAffinity(GradientAffinityOptions options) : ITaskAffinityEstimator
{
    private readonly GradientAffinityOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Gradient dot";

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
                if (losses[i] > 0 && losses[j] > 0)
                    means.Add(i, j, gram[i * n + j] / losses[i]);
    }
}
