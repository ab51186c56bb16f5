using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Spectral clustering of the symmetrised affinity (Ng, Jordan, Weiss, NIPS 2001): k-means on the leading eigenvectors
/// of the normalised similarity. With no number of groups given, every number is clustered and the largest objective
/// kept.
/// </summary>
/// <param name="options">Number of groups, constraints, temperature; null = defaults.</param>
public sealed class SpectralGroupingSolver(SpectralGroupingOptions? options = null) : ITaskGroupingSolver
{
    private readonly SpectralGroupingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "Spectral";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options contradict one another or the matrix.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.Validate();
        var problem = new PartitionProblem(affinity, _options);
        double[] similarities = SpectralEmbedding.Similarities(Clustering.Means(problem), problem.Count,
            _options.Temperature);
        for (int i = 0; i < similarities.Length; i++)
            similarities[i] *= problem.Weights[i / problem.Count] * problem.Weights[i % problem.Count];
        var embedding = new SpectralEmbedding(similarities, problem.Count, _options.Threads
            ?? Environment.ProcessorCount, cancellationToken);
        return Clustering.Best(problem, k => KMeans.Cluster(embedding.Rows(k), k, problem.Weights, k, _options.Restarts,
            new RandomStream(_options.Seed, "spectral", k)), Name, cancellationToken);
    }
}
