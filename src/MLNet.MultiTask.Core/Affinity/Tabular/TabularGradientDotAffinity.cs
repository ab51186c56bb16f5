namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Gradient dot over one training of a tabular network: T[i, j] = mean over the batches of ⟨g_i, g_j⟩ / L_i, the
/// first-order affinity of ETAP (Ayman et al., ICLR 2026), with g the gradient of a task's loss L on the batch by
/// the parameters before the heads, embeddings among them, as training sees it: with dropout and label smoothing. A
/// batch without label of a task does not count for that task.
/// </summary>
/// <param name="options">How the network is trained, and how often gradients are compared.</param>
/// <seealso cref="GradientDotAffinity"/>
public sealed class TabularGradientDotAffinity(TabularGradientOptions options) : ITaskAffinityEstimator
{
    private readonly TabularGradientOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Gradient dot (tabular network)";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task has no observed training or validation row (it is named), or cannot
    /// be learned.</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
        TabularGradients.Estimate(table, split, _options, Name, GradientDotAffinity.Add, cancellationToken);
}
