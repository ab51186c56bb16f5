namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Kernel surrogate of multi-task learning (Zhang, Zhang, Li, Zhang, ICLR 2026): really trains subsets of tasks and
/// fits each target's validation loss by kernel ridge regression on the subsets. T[i, j] = drop of the predicted loss
/// of target i when source j is added to a trained subset, against leaving it out, mean over the subsets; the diagonal
/// is 0. <see cref="TaskAffinity.PredictGroup"/> is the regression itself.
/// </summary>
/// <param name="options">Which subsets, how trained, which kernel and penalty.</param>
public sealed class KernelSurrogateAffinity(KernelSurrogateOptions options) : ITaskAffinityEstimator
{
    private readonly KernelSurrogateOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => _options.Predicted is null ? "Kernel surrogate" : "Kernel surrogate of Grad-TAG";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        _options.Validate();
        double gamma = _options.Gamma ?? 1.0 / table.Tasks.Count;
        SurrogateFit fit = SurrogateFit.Train(table, split, _options,
            (target, ridge) => KernelSurrogate.LeaveOneOutErrors(target, gamma, ridge), cancellationToken);
        KernelSurrogate surrogate = KernelSurrogate.Fit(fit.Targets, gamma, fit.Ridge);
        return fit.ToAffinity(table, Name, surrogate.MeanEffects(), _options, surrogate.PredictGroup);
    }
}
