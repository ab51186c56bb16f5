using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>
/// Number columns of any type read as double, and the question whether a column holds a missing value.
/// </summary>
internal static class Numbers
{
    public static Func<double> Reader(DataViewRow row, DataViewSchema.Column column)
        => (Func<double>)Generic.Call(typeof(Numbers), nameof(ReaderOf), [column.Type.RawType], row, column);

    /// <summary>Tells whether a value (NaN of a number, key 0) or any item of a vector is missing.</summary>
    public static Func<bool> MissingReader(DataViewRow row, DataViewSchema.Column column)
        => (Func<bool>)Generic.Call(
            typeof(Numbers),
            column.Type is VectorDataViewType ? nameof(VectorMissing) : nameof(ScalarMissing),
            [column.Type.ItemType().RawType],
            row, column);

    private static Func<double> ReaderOf<T>(DataViewRow row, DataViewSchema.Column column)
        where T : struct, INumberBase<T>
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return double.CreateChecked(value);
        };
    }

    private static Func<bool> ScalarMissing<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Func<T, bool> isMissing = MissingTest<T>(column.Type);
        T value = default;
        return () =>
        {
            getter(ref value);
            return isMissing(value);
        };
    }

    private static Func<bool> VectorMissing<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<T, bool> isMissing = MissingTest<T>(column.Type.ItemType());
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return value.Items().Any(item => isMissing(item.Value));
        };
    }

    private static Func<T, bool> MissingTest<T>(DataViewType type) => type switch
    {
        KeyDataViewType => value => EqualityComparer<T>.Default.Equals(value, default),
        _ when type.RawType == typeof(float) => value => float.IsNaN((float)(object)value),
        _ when type.RawType == typeof(double) => value => double.IsNaN((double)(object)value),
        _ => throw new ArgumentOutOfRangeException("columns", $"A column of type {type} has no missing values."),
    };
}
