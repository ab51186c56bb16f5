namespace MLNet.MultiTask.Trees;

/// <summary>What a split must fulfil, and how it is valued.</summary>
/// <param name="MinimumCount">Fewest rows on each side.</param>
/// <param name="MinimumMass">Least sum of Hessians on each side.</param>
/// <param name="L2">Added to the sum of Hessians.</param>
/// <param name="CategoryL2">Added as well where categories are split.</param>
/// <param name="CategorySmoothing">Added to a category's sum of Hessians when categories are put in order.</param>
/// <param name="CategoryMinimumCount">Fewest rows of a category that is put on a side of its own choice.</param>
/// <param name="MaximumCategories">Most categories on the smaller side.</param>
/// <param name="MaximumDepth">Most questions on the way to a leaf.</param>
internal sealed record SplitConstraints(float MinimumCount, float MinimumMass, float L2, float CategoryL2,
    float CategorySmoothing, float CategoryMinimumCount, int MaximumCategories, int MaximumDepth);
