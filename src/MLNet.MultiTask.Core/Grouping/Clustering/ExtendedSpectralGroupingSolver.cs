using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Spectral clustering of the bipartite extension of a directed affinity, [[(T+Tᵀ)/2, T], [Tᵀ, 0]]: every task stands
/// there as a target and as a source. A group serves the tasks whose target copies it holds; source copies of other
/// tasks are its helpers; groups without a target are dropped, so there may be fewer than asked for.
/// </summary>
/// <param name="options">Number of groups (must be given), temperature, seed; null = defaults.</param>
public sealed class ExtendedSpectralGroupingSolver(SpectralGroupingOptions? options = null) : ITaskGroupingSolver
{
    private readonly SpectralGroupingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "ExtendedSpectral";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The number of groups is missing or out of range, or links or size limits are
    /// given.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        _options.Validate();
        PartitionChecks.ThrowIfInvalid(affinity, _options);
        PartitionChecks.ThrowIfConstrained(_options, Name);
        int n = affinity.Count, k = _options.GroupCount
            ?? throw new ArgumentException($"{Name} needs {nameof(_options.GroupCount)}");
        cancellationToken.ThrowIfCancellationRequested();
        double[] similarities = SpectralEmbedding.Similarities(affinity.Values.ToArray(), n, _options.Temperature);
        int m = 2 * n;
        var extended = new double[m * m];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                extended[i * m + j] = 0.5 * (similarities[i * n + j] + similarities[j * n + i]);
                extended[i * m + n + j] = extended[(n + j) * m + i] = similarities[i * n + j];
            }
        var embedding = new SpectralEmbedding(extended, m, _options.Threads ?? Environment.ProcessorCount,
            cancellationToken);
        int[] weights = new int[m];
        Array.Fill(weights, 1);
        int[] labels = KMeans.Cluster(embedding.Rows(k), k, weights, k, _options.Restarts,
            new RandomStream(_options.Seed, "spectral", k));
        var grouping = new TaskGrouping(labels[..n].Distinct().Select(label => new TaskGroup(
            [.. Enumerable.Range(0, n).Where(t => labels[t] == label)],
            [.. Enumerable.Range(0, n).Where(t => labels[n + t] == label && labels[t] != label)])));
        return new GroupingResult
        {
            Grouping = grouping,
            Objective = DensityObjective.Value(affinity, grouping),
            StopReason = grouping.Count == k ? "the clustering is complete"
                : $"{k - grouping.Count} of {k} clusters hold no target and are dropped",
            Solver = Name,
        };
    }
}
