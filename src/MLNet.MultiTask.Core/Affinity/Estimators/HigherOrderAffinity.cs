namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Higher-order affinity by really training subsets of tasks (Li, Ju, Sharma, Zhang, KDD 2023): T[i, j] = how much
/// lower the validation loss of task i is, on average over the trained subsets holding i and j, than over all trained
/// subsets holding i. The most faithful and by far the most expensive estimate; the diagonal is 0.
/// </summary>
/// <param name="options">Which subsets, how often, from which start.</param>
public sealed class HigherOrderAffinity(HigherOrderOptions options) : ITaskAffinityEstimator
{
    private readonly HigherOrderOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Higher-order";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        int[][] subsets = _options.Draw(table.Tasks.Count, cancellationToken);
        double[][] losses = SubsetRetraining.MeanLosses(table, split, subsets, _options, cancellationToken);
        var diagnostics = new Dictionary<string, double> { ["subsets"] = subsets.Length, ["runs"] = _options.Runs };
        return SubsetAverage.ToAffinity([.. table.Tasks.Select(t => t.Name)], subsets, losses, Name,
            _options.Standardize, diagnostics);
    }
}
