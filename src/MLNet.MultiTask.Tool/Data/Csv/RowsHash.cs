using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>A hash over the lines of a file, in their order, whatever ends them.</summary>
internal sealed class RowsHash
{
    public ulong Value { get; private set; }

    public void Add(ReadOnlySpan<byte> row)
    {
        ulong hash = Value ^ (ulong)row.Length;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(row))
            hash = RandomStream.Mix(hash ^ word);
        ulong rest = 0;
        foreach (byte b in row[(row.Length & ~7)..])
            rest = rest << 8 | b;
        Value = RandomStream.Mix(hash ^ rest);
    }
}
