namespace MLNet.MultiTask.Affinity;

/// <summary>
/// ETAP (Ayman, Mukhopadhyay, Laszka, ICLR 2026): first-order affinities of one training run of all tasks, a spline
/// that maps a group's mean affinity to what a member gains, and a linear correction by who is in the group, both
/// fitted to a few groups that are really trained. T[i, j] = how much lower the predicted loss of task i is, on average
/// over subsets holding i and j, than over all; the diagonal is 0.
/// </summary>
/// <param name="options">Groups trained, and the spline.</param>
public sealed class EtapAffinity(EtapOptions options) : ITaskAffinityEstimator
{
    private readonly EtapOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "ETAP";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        int n = table.Tasks.Count;
        string[] names = [.. table.Tasks.Select(t => t.Name)];
        if (n == 1)
            return new TaskAffinity(names, [0], Name);
        TaskAffinity first = new GradientDotAffinity(new()
        {
            Training = _options.Training, Seed = _options.Seed, Threads = _options.Threads, Standardize = false,
        }).Estimate(table, split, cancellationToken);
        int[][] groups = [.. (n <= 3 ? AffinitySubsets.Draw(n, n, 0, 1, _options.Seed, cancellationToken)
            : AffinitySubsets.HoldOut(n, _options.Groups, _options.Seed)).Where(group => group.Length > 1)];
        double[][] losses = SubsetRetraining.MeanLosses(table, split,
            [.. Enumerable.Range(0, n).Select(t => new[] { t }), .. groups], new()
            {
                Training = _options.Training, Seed = _options.Seed, Threads = _options.Threads, Runs = _options.Runs,
            }, cancellationToken);
        // A loss of 0 leaves nothing to gain, and nothing to divide by.
        double[] alone = [.. losses[..n].Select(loss => Math.Max(loss[0], 1e-12))];
        var model = new EtapModel(first, alone, groups, losses[n..], _options, cancellationToken);
        int[][] subsets = AffinitySubsets.Draw(n, AffinitySubsets.DefaultSize(n), _options.Subsets, 1, _options.Seed,
            cancellationToken);
        return SubsetAverage.ToAffinity(names, subsets, [.. subsets.Select(model.PredictGroup)], Name,
            _options.Standardize, new Dictionary<string, double>
            {
                ["groups"] = groups.Length, ["runs"] = _options.Runs, ["splinePenalty"] = model.Penalty,
                ["residualPenalty"] = model.Residual,
            }, model.PredictGroup);
    }
}
