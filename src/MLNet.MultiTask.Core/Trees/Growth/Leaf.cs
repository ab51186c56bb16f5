namespace MLNet.MultiTask.Trees;

/// <summary>A leaf of a tree that is being grown.</summary>
internal sealed class Leaf
{
    /// <summary>First of its rows in the partition.</summary>
    public required int Start { get; init; }

    /// <summary>Number of its rows.</summary>
    public required int Count { get; init; }

    /// <summary>Questions on the way to it.</summary>
    public required int Depth { get; init; }

    /// <summary>Sums of its rows, as wide as a histogram's.</summary>
    public required float[] Total { get; init; }

    /// <summary>The node above; −1 for the root.</summary>
    public required int Parent { get; init; }

    /// <summary>Whether it is the left child.</summary>
    public required bool IsLeft { get; init; }

    /// <summary>The best split found.</summary>
    public SplitCandidate Best { get; set; }

    /// <summary>Sums of its bins, kept where it has many rows.</summary>
    public Histogram? Histogram { get; set; }
}
