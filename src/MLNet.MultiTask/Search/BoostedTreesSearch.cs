using Microsoft.ML.SearchSpace;

namespace MLNet.MultiTask;

/// <summary>
/// What is worth choosing of boosted trees, with the ranges as attributes that <c>SearchSpace&lt;T&gt;</c> of
/// Microsoft.ML.AutoML reads; see <see cref="SharedBottomSearch"/>.
/// </summary>
public sealed class BoostedTreesSearch
{
    /// <summary>Leaves of a tree at most.</summary>
    /// <value>The default value is 31.</value>
    [Choice([31, 7, 15, 63], 31)]
    public int NumberOfLeaves { get; set; } = 31;

    /// <summary>Shrinkage of every tree.</summary>
    /// <value>The default value is 0.05; from 0.01 to 0.3.</value>
    [Range(0.01f, 0.3f, 0.05f, logBase: true)]
    public float LearningRate { get; set; } = 0.05f;

    /// <summary>Rows of a leaf at least.</summary>
    /// <value>The default value is 20.</value>
    [Choice([20, 5, 50], 20)]
    public int MinimumExampleCountPerLeaf { get; set; } = 20;

    /// <summary>Share of the features that a tree sees.</summary>
    /// <value>The default value is 1; from 0.3 to 1.</value>
    [Range(0.3f, 1f, 1f)]
    public float FeatureFraction { get; set; } = 1;

    /// <summary>Share of the rows that a tree sees.</summary>
    /// <value>The default value is 1; from 0.5 to 1.</value>
    [Range(0.5f, 1f, 1f)]
    public float SubsampleFraction { get; set; } = 1;

    /// <summary>Ridge of the leaves' values.</summary>
    /// <value>The default value is 1; from 0.01 to 100.</value>
    [Range(0.01f, 100f, 1f, logBase: true)]
    public float L2Regularization { get; set; } = 1;

    /// <summary>Options with what was chosen in place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; name, range and value are in the
    /// message.</exception>
    public BoostedTreesOptions Apply(BoostedTreesOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        BoostedTreesOptions chosen = options with
        {
            NumberOfLeaves = NumberOfLeaves,
            LearningRate = LearningRate,
            MinimumExampleCountPerLeaf = MinimumExampleCountPerLeaf,
            FeatureFraction = FeatureFraction,
            SubsampleFraction = SubsampleFraction,
            L2Regularization = L2Regularization,
        };
        chosen.Validate();
        return chosen;
    }
}
