using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Reads a label, weight or score column of the current row as numbers in double precision: true is 1, key k is k − 1,
/// a missing value is NaN.
/// </summary>
internal abstract class NumberReader
{
    /// <summary>Reads the row's numbers; a scalar fills the whole destination.</summary>
    public abstract void Read(Span<double> destination);

    public static NumberReader Open(DataViewRow row, DataViewSchema.Column column)
    {
        DataViewType item = (column.Type as VectorDataViewType)?.ItemType ?? column.Type;
        if (item is KeyDataViewType)
            return item.RawType switch
            {
                var t when t == typeof(byte) => Open<byte>(row, column, k => FromKey(k)),
                var t when t == typeof(ushort) => Open<ushort>(row, column, k => FromKey(k)),
                var t when t == typeof(uint) => Open<uint>(row, column, k => FromKey(k)),
                _ => Open<ulong>(row, column, FromKey),
            };
        return item.RawType switch
        {
            var t when t == typeof(bool) => Open<bool>(row, column, v => v ? 1 : 0),
            var t when t == typeof(float) => Open<float>(row, column, v => v),
            var t when t == typeof(double) => Open<double>(row, column, v => v),
            var t when t == typeof(sbyte) => Numbers<sbyte>(row, column),
            var t when t == typeof(byte) => Numbers<byte>(row, column),
            var t when t == typeof(short) => Numbers<short>(row, column),
            var t when t == typeof(ushort) => Numbers<ushort>(row, column),
            var t when t == typeof(int) => Numbers<int>(row, column),
            var t when t == typeof(uint) => Numbers<uint>(row, column),
            var t when t == typeof(long) => Numbers<long>(row, column),
            _ => Numbers<ulong>(row, column),
        };
    }

    /// <summary>Reads a column by a conversion of its raw values.</summary>
    public static NumberReader Open<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> convert) =>
        column.Type is VectorDataViewType ? new VectorReader<T>(row.GetGetter<VBuffer<T>>(column), convert, column.Name)
            : new ScalarReader<T>(row.GetGetter<T>(column), convert);

    private static NumberReader Numbers<T>(DataViewRow row, DataViewSchema.Column column) where T : INumber<T> =>
        Open<T>(row, column, double.CreateChecked);

    private static double FromKey(ulong key) => key == 0 ? double.NaN : key - 1;

    private sealed class ScalarReader<T>(ValueGetter<T> getter, Func<T, double> convert) : NumberReader
    {
        public override void Read(Span<double> destination)
        {
            T value = default!;
            getter(ref value);
            destination.Fill(convert(value));
        }
    }

    private sealed class VectorReader<T>(ValueGetter<VBuffer<T>> getter, Func<T, double> convert, string name)
        : NumberReader
    {
        private VBuffer<T> _vector;
        private T[] _dense = [];

        public override void Read(Span<double> destination)
        {
            getter(ref _vector);
            if (_vector.Length != destination.Length)
                throw new InvalidOperationException($"A row of column '{name}' has " +
                    $"{Counted.Of(_vector.Length, "value")}, {destination.Length} expected");
            if (_dense.Length < destination.Length)
                _dense = new T[destination.Length];
            _vector.CopyTo(_dense);
            for (int i = 0; i < destination.Length; i++)
                destination[i] = convert(_dense[i]);
        }
    }
}
