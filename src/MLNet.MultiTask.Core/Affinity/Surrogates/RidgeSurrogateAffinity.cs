namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Linear surrogate of multi-task learning (Li, Nguyen, Zhang, TMLR 2023): really trains subsets of tasks, or lets
/// Grad-TAG predict them, and regresses each target's validation loss on who else was in the subset. T[i, j] = −θ_ij,
/// what source j takes off the loss of target i; the diagonal is 0.
/// <see cref="TaskAffinity.PredictGroup"/> is the regression itself.
/// </summary>
/// <param name="options">Which subsets, how trained, which penalty.</param>
public sealed class RidgeSurrogateAffinity(SurrogateOptions options) : ITaskAffinityEstimator
{
    private readonly SurrogateOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => _options.Predicted is null ? "Ridge surrogate" : "Ridge surrogate of Grad-TAG";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        _options.Validate();
        SurrogateFit fit = SurrogateFit.Train(table, split, _options, RidgeSurrogate.LeaveOneOutErrors,
            cancellationToken);
        RidgeSurrogate surrogate = RidgeSurrogate.Fit(fit.Targets, fit.Ridge);
        double[] effects = [.. surrogate.Coefficients.SelectMany(row => row)];
        return fit.ToAffinity(table, Name, effects, _options, surrogate.PredictGroup);
    }
}
