using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>Hashes over the lines of a file, whatever ends them.</summary>
internal sealed class RowsHash
{
    /// <summary>Header and rows in their order.</summary>
    public ulong Value { get; private set; }

    /// <summary>The same whatever the order.</summary>
    public ulong Unordered { get; private set; }

    public void Add(ReadOnlySpan<byte> row)
    {
        ulong hash = (ulong)row.Length;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(row))
            hash = RandomStream.Mix(hash ^ word);
        ulong rest = 0;
        foreach (byte b in row[(row.Length & ~7)..])
            rest = rest << 8 | b;
        hash = RandomStream.Mix(hash ^ rest);
        Value = RandomStream.Mix(Value ^ hash);
        Unordered += hash;
    }
}
