namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Many vectors cut from a few large arrays. Thousands of arrays of some ten kilobytes that outlive a collection are
/// moved by it, and leave holes as large as themselves.
/// </summary>
internal static class Slabs
{
    private const int Usual = 1 << 22;

    /// <summary>Zeros of the lengths asked for.</summary>
    public static Memory<float>[] Of(ReadOnlySpan<int> lengths)
    {
        var vectors = new Memory<float>[lengths.Length];
        for (int first = 0; first < lengths.Length;)
        {
            int last = first, length = 0;
            do
                length += lengths[last++];
            while (last < lengths.Length && length + (long)lengths[last] <= Usual);
            Memory<float> slab = new float[length];
            for (; first < last; slab = slab[lengths[first++]..])
                vectors[first] = slab[..lengths[first]];
        }
        return vectors;
    }
}
