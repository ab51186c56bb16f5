using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Mapping;

/// <summary>A few rows' values of one column, kept while the cursor under it is ahead.</summary>
internal abstract class ColumnBuffer
{
    private static readonly MethodInfo s_scalar = Method(nameof(OpenScalar)), s_vector = Method(nameof(OpenVector));

    /// <summary>Reads the cursor's current row into a place.</summary>
    public abstract void Read(int place);

    /// <summary>A getter of the value at the place that <paramref name="current"/> says.</summary>
    public abstract Delegate GetGetter(Func<int> current);

    /// <summary>Whether values of a column may be kept: those that own nothing that must be released.</summary>
    public static bool CanKeep(DataViewType type) =>
        ((type as VectorDataViewType)?.ItemType ?? type) is PrimitiveDataViewType;

    /// <summary>A buffer for a column that may be kept.</summary>
    public static ColumnBuffer Open(DataViewRow row, DataViewSchema.Column column, int places)
    {
        (MethodInfo open, Type item) = column.Type is VectorDataViewType vector
            ? (s_vector, vector.ItemType.RawType) : (s_scalar, column.Type.RawType);
        return (ColumnBuffer)open.MakeGenericMethod(item).Invoke(null, [row, column, places])!;
    }

    private static Scalars<T> OpenScalar<T>(DataViewRow row, DataViewSchema.Column column, int places) =>
        new(row.GetGetter<T>(column), places);

    private static Vectors<T> OpenVector<T>(DataViewRow row, DataViewSchema.Column column, int places) =>
        new(row.GetGetter<VBuffer<T>>(column), places);

    private static MethodInfo Method(string name) =>
        typeof(ColumnBuffer).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private sealed class Scalars<T>(ValueGetter<T> getter, int places) : ColumnBuffer
    {
        private readonly T[] _values = new T[places];

        public override void Read(int place) => getter(ref _values[place]);

        public override Delegate GetGetter(Func<int> current) =>
            (ValueGetter<T>)((ref T value) => value = _values[current()]);
    }

    private sealed class Vectors<T>(ValueGetter<VBuffer<T>> getter, int places) : ColumnBuffer
    {
        private readonly VBuffer<T>[] _values = new VBuffer<T>[places];

        public override void Read(int place) => getter(ref _values[place]);

        public override Delegate GetGetter(Func<int> current) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[current()].CopyTo(ref value));
    }
}
