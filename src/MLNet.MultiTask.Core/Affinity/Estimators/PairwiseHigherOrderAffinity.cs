namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Pairwise approximation of higher-order affinity, HOA (Standley et al., ICML 2020): really trains every task alone
/// and every pair; T[i, j] = relative drop of task i's validation loss by training with j instead of alone, the
/// diagonal is 0.
/// <see cref="TaskAffinity.PredictGroup"/> takes the mean over a group's pairs.
/// </summary>
/// <param name="options">How networks are trained, how often, from which start.</param>
public sealed class PairwiseHigherOrderAffinity(RetrainingOptions options) : ITaskAffinityEstimator
{
    private readonly RetrainingOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Pairwise higher-order";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        int n = table.Tasks.Count;
        double[][] losses = SubsetRetraining.MeanLosses(table, split, PairLosses.Subsets(n), _options,
            cancellationToken);
        PairLosses pairs = PairLosses.FromSubsets(losses, n);
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], pairs.RelativeGains(), Name)
        {
            PredictGroup = pairs.PredictGroup,
            Diagnostics = new Dictionary<string, double> { ["networks"] = losses.Length * _options.Runs },
        };
    }
}
