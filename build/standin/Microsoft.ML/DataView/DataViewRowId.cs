using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>128 bits that name a row. Fork, Next and Combine mix as Murmur3 does, without its finalisation.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;
    public readonly ulong High;

    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    public DataViewRowId Fork() => Mix(BitOperations.RotateLeft(C1, 31) * C2, 0);

    public DataViewRowId Next() => Mix(0, 0);

    public DataViewRowId Combine(DataViewRowId other)
    {
        DataViewRowId fork = other.Fork();
        return new DataViewRowId(Low ^ (BitOperations.RotateLeft(fork.Low * C1, 31) * C2), High)
            .Mix(0, BitOperations.RotateLeft(fork.High * C2, 33) * C1);
    }

    public int CompareTo(DataViewRowId other)
    {
        int order = High.CompareTo(other.High);
        return order != 0 ? order : Low.CompareTo(other.Low);
    }

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";

    private DataViewRowId Mix(ulong afterLow, ulong beforeHigh)
    {
        ulong low = ((BitOperations.RotateLeft(Low, 27) + High) * 5) + 0x52dce729;
        ulong high = ((BitOperations.RotateLeft(High ^ beforeHigh, 31) + low) * 5) + 0x38495ab5;
        return new DataViewRowId(low ^ afterLow, high);
    }
}
