using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Joins the two groups with the highest mean affinity between them until the number of groups is reached (average
/// linkage); with no number given, keeps the level of the hierarchy with the largest objective.
/// </summary>
/// <param name="options">Number of groups and constraints; null = defaults.</param>
public sealed class AgglomerativeGroupingSolver(PartitionOptions? options = null) : ITaskGroupingSolver
{
    private readonly PartitionOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "Agglomerative";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options contradict one another or the number of tasks.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        var problem = new PartitionProblem(affinity, _options);
        double[] means = Clustering.Means(problem);
        return Clustering.Best(problem, k => AverageLinkage.Cluster(means, problem.Weights, k), Name,
            cancellationToken);
    }
}
