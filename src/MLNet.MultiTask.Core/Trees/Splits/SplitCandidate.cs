namespace MLNet.MultiTask.Trees;

/// <summary>A split of a leaf; rows in bins up to <see cref="Bin"/>, or in the chosen categories, go left.</summary>
internal struct SplitCandidate
{
    /// <summary>What the loss falls by, twice; 0 = there is no split.</summary>
    public float Gain;

    /// <summary>Number of the column.</summary>
    public int Column;

    /// <summary>Last bin on the left; of a category −1.</summary>
    public int Bin;

    /// <summary>Rows without a value go left.</summary>
    public bool MissingLeft;

    /// <summary>Bins of the categories on the left; null for a number.</summary>
    public int[]? Categories;
}
