namespace MLNet.MultiTask;

/// <summary>Which rows of a table are trained on, and which decide when to stop; row numbers, disjoint.</summary>
/// <param name="train">Rows the parameters are fitted on.</param>
/// <param name="validation">Rows that choose the epoch, λ or grouping; may be empty.</param>
public sealed class RowSplit(int[] train, int[] validation)
{
    /// <summary>Rows the parameters are fitted on.</summary>
    public int[] Train { get; } = train;

    /// <summary>Rows that choose the epoch, λ or grouping; may be empty.</summary>
    public int[] Validation { get; } = validation;

    /// <summary>A seeded random split: every row's key depends on (seed, row) only.</summary>
    /// <param name="rowCount">Number of rows n.</param>
    /// <param name="validationFraction">Share of rows held out, in [0, 1).</param>
    /// <param name="seed">Seed of the split.</param>
    public static RowSplit Random(int rowCount, double validationFraction, ulong seed)
    {
        if (validationFraction is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(validationFraction), validationFraction,
                "Validation fraction must be in [0, 1)");
        int[] order = new RandomStream(seed, "split").Permutation(rowCount);
        int validation = (int)(rowCount * validationFraction);
        return new RowSplit(order[validation..], order[..validation]);
    }
}
