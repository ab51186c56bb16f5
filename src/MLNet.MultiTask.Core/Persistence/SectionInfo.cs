namespace MLNet.MultiTask.Persistence;

/// <summary>
/// What the numbers of a section are, as the file writes it; all little-endian, floating point all finite.
/// </summary>
internal static class SectionType
{
    public const string U8 = "U8";
    public const string I32 = "I32";
    public const string F32 = "F32";
    public const string F64 = "F64";

    /// <summary>Bytes of one element; 0 for a type that does not exist.</summary>
    public static int ElementSize(string type) => type switch
    {
        U8 => 1,
        I32 or F32 => 4,
        F64 => 8,
        _ => 0,
    };
}

/// <summary>One entry of the header's table of sections: an array and where its bytes lie behind the header.</summary>
internal sealed record SectionInfo(string Name, string Type, long[] Shape, long Begin, long End)
{
    /// <summary>Number of elements; −1 where the shape is negative or its product overflows.</summary>
    public static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
            if (size < 0 || (size > 0 && count > long.MaxValue / 8 / size))
                return -1;
            else
                count *= size;
        return count;
    }

    /// <inheritdoc/>
    public override string ToString() => $"'{Name}' {Type}[{string.Join(',', Shape)}]";
}
