using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>Which subsets of tasks <see cref="HigherOrderAffinity"/> trains, and how.</summary>
public record HigherOrderOptions : RetrainingOptions
{
    /// <summary>Tasks in a sampled subset.</summary>
    /// <value>
    /// The default value is null: a third of the tasks, at least 3 and at most 10. From 2 to the number of tasks.
    /// </value>
    public int? SubsetSize { get; init; }

    /// <summary>Sampled subsets, at least; more are drawn until every pair is covered.</summary>
    /// <value>The default value is 0: as many as the coverage needs. Not negative.</value>
    public int Subsets { get; init; }

    /// <summary>Subsets that must hold every pair of tasks (fewer only where there are no more subsets).</summary>
    /// <value>The default value is 8; at least 1.</value>
    public int PairCoverage { get; init; } = 8;

    /// <summary>Whether each task's row is in units of the spread of its losses; otherwise in loss units.</summary>
    /// <value>The default value is true.</value>
    public bool Standardize { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        AffinitySubsets.Validate(SubsetSize, Subsets, PairCoverage);
    }

    /// <summary>The subsets for a number of tasks.</summary>
    internal int[][] Draw(int taskCount, CancellationToken cancellationToken)
    {
        int size = SubsetSize ?? AffinitySubsets.DefaultSize(taskCount);
        Check(size <= taskCount || SubsetSize is null, nameof(SubsetSize), SubsetSize,
            $"at most the number of tasks, {taskCount}");
        return AffinitySubsets.Draw(taskCount, size, Subsets, PairCoverage, Seed, cancellationToken);
    }
}
