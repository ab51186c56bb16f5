namespace MLNet.MultiTask;

/// <summary>How robust multi-task boosting divides its trees among blocks; a block of 0 trees is left out.</summary>
/// <remarks>
/// Gated and task trees 0: one pooled forest. Common and gated trees 0: one forest per task. Gated trees 0: common
/// trees and the tasks' own.
/// </remarks>
public sealed record RobustTreesOptions
{
    /// <summary>Leaves, learning rate, early stopping and so on of all trees; its number of trees is not
    /// used.</summary>
    /// <value>The default value is the defaults of <see cref="BoostedTreesOptions"/>.</value>
    public BoostedTreesOptions Forest { get; init; } = new();

    /// <summary>Most trees that all tasks share.</summary>
    /// <value>The default value is 300; not negative.</value>
    public int CommonTrees { get; init; } = 300;

    /// <summary>Most pairs of trees, one for outlier tasks and one for the others, between which a gate
    /// decides.</summary>
    /// <value>The default value is 100; not negative.</value>
    public int GatedTrees { get; init; } = 100;

    /// <summary>Most trees of each task alone.</summary>
    /// <value>The default value is 300; not negative.</value>
    public int TaskTrees { get; init; } = 300;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Forest);
        Forest.Validate();
        ThrowIfNegative(CommonTrees, nameof(CommonTrees));
        ThrowIfNegative(GatedTrees, nameof(GatedTrees));
        ThrowIfNegative(TaskTrees, nameof(TaskTrees));
        if (CommonTrees + GatedTrees + TaskTrees == 0)
            throw new ArgumentOutOfRangeException(nameof(CommonTrees), CommonTrees,
                $"One of {nameof(CommonTrees)}, {nameof(GatedTrees)} and {nameof(TaskTrees)} must be positive");
    }

    private static void ThrowIfNegative(int value, string name)
    {
        if (value < 0)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative");
    }
}
