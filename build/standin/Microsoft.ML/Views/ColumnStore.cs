namespace Microsoft.ML.Data;

/// <summary>The values of one column, kept by slot.</summary>
internal abstract class ColumnStore
{
    public static ColumnStore Create(DataViewType type) => (ColumnStore)(type is VectorDataViewType vector
        ? Generic.Create(typeof(VectorStore<>), [vector.ItemType.RawType])
        : Generic.Create(typeof(ScalarStore<>), [type.RawType]));

    /// <summary>
    /// Copies the row's current value into a slot; the slot after the last one makes the store longer.
    /// </summary>
    public abstract Action<int> CreateWriter(DataViewRow row, DataViewSchema.Column column);

    public abstract Delegate CreateGetter(Func<int> slot);
}

internal sealed class ScalarStore<T> : ColumnStore
{
    private readonly List<T> _values = [];

    public override Action<int> CreateWriter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return slot =>
        {
            T value = default;
            getter(ref value);
            if (slot == _values.Count)
                _values.Add(value);
            else
                _values[slot] = value;
        };
    }

    public override Delegate CreateGetter(Func<int> slot)
        => (ValueGetter<T>)((ref T value) => value = _values[slot()]);
}

internal sealed class VectorStore<T> : ColumnStore
{
    private readonly List<VBuffer<T>> _values = [];

    public override Action<int> CreateWriter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        return slot =>
        {
            VBuffer<T> value = slot < _values.Count ? _values[slot] : default;
            getter(ref value);
            if (slot == _values.Count)
                _values.Add(value);
            else
                _values[slot] = value;
        };
    }

    public override Delegate CreateGetter(Func<int> slot)
        => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[slot()].CopyTo(ref value));
}
