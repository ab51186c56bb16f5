namespace MLNet.MultiTask.Trees;

/// <summary>One feature that can be split on: a number, or the slots of a category.</summary>
/// <param name="Feature">The feature; of a category its first slot.</param>
/// <param name="SlotCount">1 for a number; slots of a category.</param>
/// <param name="Edges">
/// A number's inclusive upper bounds of its bins but the last; of a category empty.
/// </param>
/// <param name="BinCount">Bins without the one for missing values, which comes last.</param>
internal sealed record BinnedColumn(int Feature, int SlotCount, float[] Edges, int BinCount)
{
    /// <summary>Whether bins are categories, in no order.</summary>
    public bool IsCategorical => SlotCount > 1;

    /// <summary>A category's slot of each bin; empty for a number.</summary>
    public int[] Slots { get; init; } = [];

    /// <summary>Most frequent bin, which sparse storage leaves out.</summary>
    public int UsualBin { get; init; }

    /// <summary>First of the column's <see cref="BinCount"/> + 1 entries in a histogram.</summary>
    public int Offset { get; set; }
}
