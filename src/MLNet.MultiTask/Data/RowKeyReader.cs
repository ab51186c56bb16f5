using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Reads the column whose equal values keep rows on one side of a split: text, key, number or bool, by hash. A missing
/// value keeps its row to itself.
/// </summary>
internal sealed class RowKeyReader
{
    private readonly List<ulong> _keys = [];
    private readonly Func<ulong?> _read;

    public RowKeyReader(DataViewRow row, DataViewSchema.Column column) => _read = Reader(row, column);

    public ulong[] Keys => [.. _keys];

    /// <summary>The column, or the reason why it will not do.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or of a type without equal values.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find("sampling key", name);
        bool fits = column.Type is TextDataViewType or KeyDataViewType or BooleanDataViewType or NumberDataViewType;
        return fits ? column : throw SchemaErrors.Mismatch("sampling key", name, "text, key, number or Boolean",
            column.Type.ToString()!);
    }

    /// <summary>Takes the key of the row that the cursor is on.</summary>
    public void ReadRow() => _keys.Add(_read() ?? RandomStream.Mix(0x5AFE ^ (ulong)_keys.Count));

    private static Func<ulong?> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
            return Hashed<ReadOnlyMemory<char>>(row, column, t => t.IsEmpty ? null : RowSplitter.Key(t.Span));
        bool isKey = column.Type is KeyDataViewType;
        Type raw = column.Type.RawType;
        return raw == typeof(float) ? Hashed<float>(row, column, v => float.IsNaN(v) ? null : Bits(v))
            : raw == typeof(double) ? Hashed<double>(row, column, v => double.IsNaN(v) ? null : Bits(v))
            : raw == typeof(bool) ? Hashed<bool>(row, column, v => v ? 1UL : 0)
            : raw == typeof(byte) ? Hashed<byte>(row, column, v => Whole(v, isKey))
            : raw == typeof(ushort) ? Hashed<ushort>(row, column, v => Whole(v, isKey))
            : raw == typeof(uint) ? Hashed<uint>(row, column, v => Whole(v, isKey))
            : raw == typeof(ulong) ? Hashed<ulong>(row, column, v => Whole(v, isKey))
            : raw == typeof(sbyte) ? Hashed<sbyte>(row, column, v => unchecked((ulong)v))
            : raw == typeof(short) ? Hashed<short>(row, column, v => unchecked((ulong)v))
            : raw == typeof(int) ? Hashed<int>(row, column, v => unchecked((ulong)v))
            : Hashed<long>(row, column, v => unchecked((ulong)v));
    }

    private static Func<ulong?> Hashed<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong?> key)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return key(value) is { } own ? RandomStream.Mix(own + 1) : null;
        };
    }

    private static ulong? Whole(ulong value, bool isKey) => isKey && value == 0 ? null : value;

    // −0 is 0; equal numbers have equal bits then.
    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value == 0 ? 0 : value);
}
