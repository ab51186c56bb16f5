namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Agreement of split gains: one small forest per task, and the cosine of what the forests gained by each feature.
/// Tasks that ask about the same features can share the questions of a forest with vector leaves. Symmetric, from 0 to
/// 1; pairs of a task whose forest has no split are not measured.
/// </summary>
public sealed class SplitGainAffinity : ITaskAffinityEstimator
{
    private readonly ForestAffinityOptions _options;

    /// <summary>Takes the options.</summary>
    /// <param name="options">Null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public SplitGainAffinity(ForestAffinityOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
    }

    /// <inheritdoc/>
    public string Name => "Split gain";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task cannot be learned or measured (it is named).</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        double[][] gains = [.. SingleTaskForests.Train(table, split, _options, cancellationToken)
            .Select(forest => forest.FeatureGains())];
        int n = gains.Length;
        double[] norms = [.. gains.Select(g => Math.Sqrt(g.Sum(v => v * v)))];
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if (norms[i] > 0 && norms[j] > 0)
                    values[i * n + j] = gains[i].Zip(gains[j], (a, b) => a * b).Sum() / (norms[i] * norms[j]);
        var unmeasured = new UnmeasuredPairs(table.Tasks, (i, j) => norms[i] == 0 || norms[j] == 0,
            "the forest of one of the tasks found no feature to ask about");
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, Name)
        {
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
        };
    }
}
