using MLNet.MultiTask.Data;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>Options of <see cref="FuzzyGroupingSolver"/>.</summary>
public sealed class FuzzyGroupingOptions
{
    /// <summary>Number of groups, 1 … T.</summary>
    public int GroupCount { get; set; } = 3;

    /// <summary>Fuzziness m &gt; 1: memberships are hard towards 1 and equal for large m.</summary>
    public double Fuzziness { get; set; } = 1.07;

    /// <summary>The iteration stops when no membership changes by more, positive.</summary>
    public double Tolerance { get; set; } = 0.01;

    /// <summary>Iterations at most, at least 1.</summary>
    public int MaxIterations { get; set; } = 300;

    /// <summary>
    /// A task helps in a group that does not serve it when its membership there is at least this; in (0, 1].
    /// </summary>
    public double HelperThreshold { get; set; } = 0.1;

    /// <summary>Seed of the first centres.</summary>
    public ulong Seed { get; set; } = 1;

    internal void Validate()
    {
        if (GroupCount < 1)
            throw new ArgumentOutOfRangeException(nameof(GroupCount), GroupCount,
                $"{nameof(GroupCount)} must be at least 1");
        if (!(Fuzziness > 1) || !double.IsFinite(Fuzziness))
            throw new ArgumentOutOfRangeException(nameof(Fuzziness), Fuzziness,
                $"{nameof(Fuzziness)} must be greater than 1");
        if (!(Tolerance > 0))
            throw new ArgumentOutOfRangeException(nameof(Tolerance), Tolerance,
                $"{nameof(Tolerance)} must be positive");
        if (MaxIterations < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxIterations), MaxIterations,
                $"{nameof(MaxIterations)} must be at least 1");
        if (HelperThreshold is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(HelperThreshold), HelperThreshold,
                $"{nameof(HelperThreshold)} must be in (0, 1]");
    }
}

/// <summary>
/// Soft grouping (STG-MTL, "Scalable Task Grouping for Multi-Task Learning Using Data Map", 2023): fuzzy k-means on a
/// vector per task; each task is served where its membership is largest and helps where it is not small, and
/// memberships are the weights of the losses (<see cref="GroupingResult.TaskWeights"/>). The vectors are data maps, or
/// the tasks' rows and columns of the affinity.
/// </summary>
/// <param name="options">Number of groups, fuzziness; null = defaults.</param>
public sealed class FuzzyGroupingSolver(FuzzyGroupingOptions? options = null) : ITaskGroupingSolver
{
    private readonly FuzzyGroupingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "Fuzzy";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The number of groups is out of range.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        return Solve(affinity, Profiles(affinity), cancellationToken);
    }

    /// <summary>Groups by any vectors, such as the data maps of a training run.</summary>
    /// <param name="affinity">For the objective only.</param>
    /// <param name="vectors">One per task, of equal length, finite.</param>
    /// <param name="cancellationToken">Looked at every iteration.</param>
    public GroupingResult Solve(TaskAffinity affinity, IReadOnlyList<double[]> vectors,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        ArgumentNullException.ThrowIfNull(vectors);
        _options.Validate();
        int n = affinity.Count, k = _options.GroupCount;
        if (k > n)
            throw new ArgumentException($"{Counted.Of(k, "group")} asked for, but there are " +
                $"{Counted.Of(n, "task")}", nameof(affinity));
        if (vectors.Count != n || vectors.Any(v => v.Length != vectors[0].Length || !v.All(double.IsFinite)))
            throw new ArgumentException($"{n} vectors of equal length and finite numbers are expected, one per task",
                nameof(vectors));
        var fuzzy = new FuzzyKMeans(vectors, k, _options.Fuzziness);
        int iterations = fuzzy.Run(_options.Tolerance, _options.MaxIterations, _options.Seed, cancellationToken);

        int[] served = [.. Enumerable.Range(0, n)
            .Select(t => Enumerable.Range(0, k).MaxBy(c => fuzzy.Membership(t, c)))];
        int[] clusters = [.. served.Distinct()];
        bool Helps(int t, int c) => served[t] != c && fuzzy.Membership(t, c) >= _options.HelperThreshold;
        var grouping = new TaskGrouping(clusters.Select(c => new TaskGroup(
            [.. Enumerable.Range(0, n).Where(t => served[t] == c)],
            [.. Enumerable.Range(0, n).Where(t => Helps(t, c))])));
        return new GroupingResult
        {
            Grouping = grouping,
            Objective = DensityObjective.Value(affinity, grouping),
            TaskWeights = [.. grouping.Groups.Select(g => (IReadOnlyList<double>)[.. Enumerable.Range(0, n)
                .Select(t => g.Members.Contains(t) ? fuzzy.Membership(t, served[g.Served[0]]) : 0)])],
            Iterations = iterations,
            StopReason = iterations < _options.MaxIterations ? "memberships no longer change"
                : SolverLimits.Iterations,
            Solver = Name,
        };
    }

    /// <summary>
    /// A task's row and column of the affinity, rows centred; its own entry is the largest of the row.
    /// </summary>
    private static double[][] Profiles(TaskAffinity affinity)
    {
        int n = affinity.Count;
        double[] means = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Average(j => affinity[i, j]))];
        double Centred(int i, int j) => j != i ? affinity[i, j] - means[i]
            : Enumerable.Range(0, n).Max(l => affinity[i, l]) - means[i];
        return [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, 2 * n)
            .Select(c => c < n ? Centred(i, c) : Centred(c - n, i)).ToArray())];
    }
}
