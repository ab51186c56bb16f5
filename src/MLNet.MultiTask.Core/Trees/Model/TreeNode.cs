using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// A question about one feature. A child ≥ 0 is a node, a child &lt; 0 the leaf ~child; both count within the tree.
/// </summary>
internal readonly record struct TreeNode(int Feature, float Threshold, bool MissingLeft, int Left, int Right)
{
    /// <summary>
    /// Of a category: the slots (features) of the values that go left; all others, and none, go right. Null for a
    /// number, of which values up to the threshold go left.
    /// </summary>
    public int[]? Slots { get; init; }

    /// <summary>Where a row goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(ReadOnlySpan<float> features) => GoesLeft(features) ? Left : Right;

    /// <summary>The answer for a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool GoesLeft(ReadOnlySpan<float> features)
    {
        if (Slots is not null)
            return HasSlot(features);
        float value = features[Feature];
        return MissingLeft ? !(value > Threshold) : value <= Threshold;
    }

    private bool HasSlot(ReadOnlySpan<float> features)
    {
        foreach (int slot in Slots!)
            if (features[slot] is not (0 or float.NaN))
                return true;
        return false;
    }
}
