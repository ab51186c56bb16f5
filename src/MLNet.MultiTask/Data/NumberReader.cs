using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Reads a label or weight column of the current row as numbers: true is 1, key k is k − 1, a missing value is NaN.
/// </summary>
internal abstract class NumberReader
{
    /// <summary>Reads the row's numbers; a scalar fills the whole destination.</summary>
    public abstract void Read(Span<float> destination);

    public static NumberReader Open(DataViewRow row, DataViewSchema.Column column)
    {
        DataViewType item = (column.Type as VectorDataViewType)?.ItemType ?? column.Type;
        if (item is KeyDataViewType)
            return item.RawType switch
            {
                var t when t == typeof(byte) => Open<byte>(row, column, FromKey),
                var t when t == typeof(ushort) => Open<ushort>(row, column, FromKey),
                var t when t == typeof(uint) => Open<uint>(row, column, FromKey),
                _ => Open<ulong>(row, column, FromKey),
            };
        return item.RawType == typeof(bool) ? Open<bool>(row, column, v => v ? 1 : 0)
            : Open<float>(row, column, v => v);
    }

    private static NumberReader Open<T>(DataViewRow row, DataViewSchema.Column column, Func<T, float> convert) =>
        column.Type is VectorDataViewType ? new VectorReader<T>(row.GetGetter<VBuffer<T>>(column), convert, column.Name)
            : new ScalarReader<T>(row.GetGetter<T>(column), convert);

    private static float FromKey(byte key) => FromKey((ulong)key);

    private static float FromKey(ushort key) => FromKey((ulong)key);

    private static float FromKey(uint key) => FromKey((ulong)key);

    private static float FromKey(ulong key) => key == 0 ? float.NaN : key - 1;

    private sealed class ScalarReader<T>(ValueGetter<T> getter, Func<T, float> convert) : NumberReader
    {
        public override void Read(Span<float> destination)
        {
            T value = default!;
            getter(ref value);
            destination.Fill(convert(value));
        }
    }

    private sealed class VectorReader<T>(ValueGetter<VBuffer<T>> getter, Func<T, float> convert, string name)
        : NumberReader
    {
        private VBuffer<T> _vector;
        private T[] _dense = [];

        public override void Read(Span<float> destination)
        {
            getter(ref _vector);
            if (_vector.Length != destination.Length)
                throw new InvalidOperationException($"A row of column '{name}' has {_vector.Length} values, " +
                    $"{destination.Length} expected");
            if (_dense.Length < destination.Length)
                _dense = new T[destination.Length];
            _vector.CopyTo(_dense);
            for (int i = 0; i < destination.Length; i++)
                destination[i] = convert(_dense[i]);
        }
    }
}
