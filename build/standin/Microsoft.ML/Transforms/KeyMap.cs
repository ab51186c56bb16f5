using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The values of a column, numbered from 1; a value that is missing or unknown is 0.</summary>
internal abstract class KeyMap
{
    public abstract int Count { get; }

    public static KeyMap Learn(
        IDataView data, DataViewSchema.Column source, int maximumNumberOfKeys, bool sorted)
        => (KeyMap)Generic.Call(typeof(KeyMap), nameof(LearnValues),
            [source.Type.ItemType().RawType], data, source, maximumNumberOfKeys, sorted);

    public static KeyMap Load(BinaryReader reader)
    {
        PrimitiveDataViewType type = (PrimitiveDataViewType)reader.ReadType();
        return (KeyMap)Generic.Call(typeof(KeyMap), nameof(LoadValues), [type.RawType], reader, type);
    }

    public abstract void Save(BinaryWriter writer);

    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column source);

    /// <summary>Adds the annotation KeyValues, with the values themselves or their text.</summary>
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder annotations, bool asText);

    private static KeyMap<T> LearnValues<T>(
        IDataView data, DataViewSchema.Column source, int maximumNumberOfKeys, bool sorted)
    {
        KeyMap<T> map = new((PrimitiveDataViewType)source.Type.ItemType());
        using DataViewRowCursor cursor = data.GetRowCursor([source]);
        if (source.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(source);
            VBuffer<T> value = default;
            while (map.Count < maximumNumberOfKeys && cursor.MoveNext())
            {
                getter(ref value);
                foreach (T item in value.DenseValues().TakeWhile(_ => map.Count < maximumNumberOfKeys))
                    map.Add(item);
            }
        }
        else
        {
            ValueGetter<T> getter = cursor.GetGetter<T>(source);
            T value = default;
            while (map.Count < maximumNumberOfKeys && cursor.MoveNext())
            {
                getter(ref value);
                map.Add(value);
            }
        }

        return sorted ? map.Sorted() : map;
    }

    private static KeyMap<T> LoadValues<T>(BinaryReader reader, PrimitiveDataViewType type)
    {
        KeyMap<T> map = new(type);
        foreach (T value in reader.ReadBuffer<T>().DenseValues())
            map.Add(value);
        return map;
    }
}

internal sealed class KeyMap<T>(PrimitiveDataViewType type) : KeyMap
{
    private readonly List<T> _values = [];
    private readonly Dictionary<T, uint> _keys = new(ValueEquality.For<T>());
    private readonly Func<T, bool> _isMissing = MissingTest(type);

    public override int Count => _values.Count;

    public void Add(T value)
    {
        if (!_isMissing(value) && _keys.TryAdd(value, (uint)_values.Count + 1))
            _values.Add(value);
    }

    public KeyMap<T> Sorted()
    {
        KeyMap<T> sorted = new(type);
        foreach (T value in _values.Order(ValueEquality.OrderOf<T>()))
            sorted.Add(value);
        return sorted;
    }

    public override void Save(BinaryWriter writer)
    {
        writer.WriteType(type);
        writer.WriteBuffer(new VBuffer<T>(_values.Count, _values.ToArray()));
    }

    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column source)
        => ItemMap.CreateGetter<T, uint>(row, source, value => _isMissing(value) ? 0 : _keys.GetValueOrDefault(value));

    public override void AddKeyValues(DataViewSchema.Annotations.Builder annotations, bool asText)
    {
        if (Count == 0)
            return;
        if (asText && type is not TextDataViewType)
        {
            Func<T, ReadOnlyMemory<char>> format = Conversions.Of<T, ReadOnlyMemory<char>>();
            Add(annotations, TextDataViewType.Instance, _values.Select(format).ToArray());
        }
        else
        {
            Add(annotations, type, _values.ToArray());
        }
    }

    private static void Add<TItem>(
        DataViewSchema.Annotations.Builder annotations, PrimitiveDataViewType item, TItem[] values)
        => annotations.Add(AnnotationKinds.KeyValues, new VectorDataViewType(item, values.Length),
            AnnotationGetters.ConstantBuffer(new VBuffer<TItem>(values.Length, values)));

    private static Func<T, bool> MissingTest(PrimitiveDataViewType type) => type switch
    {
        TextDataViewType => value => ((ReadOnlyMemory<char>)(object)value).IsEmpty,
        KeyDataViewType => value => EqualityComparer<T>.Default.Equals(value, default),
        _ when typeof(T) == typeof(float) => value => float.IsNaN((float)(object)value),
        _ when typeof(T) == typeof(double) => value => double.IsNaN((double)(object)value),
        _ => _ => false,
    };
}

/// <summary>Equality and order of values; text by its characters.</summary>
internal static class ValueEquality
{
    public static IEqualityComparer<T> For<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (IEqualityComparer<T>)(object)EqualityComparer<ReadOnlyMemory<char>>.Create(
            (a, b) => a.Span.SequenceEqual(b.Span), text => string.GetHashCode(text.Span))
        : EqualityComparer<T>.Default;

    public static IComparer<T> OrderOf<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (IComparer<T>)(object)Comparer<ReadOnlyMemory<char>>.Create((a, b) => a.Span.SequenceCompareTo(b.Span))
        : Comparer<T>.Default;
}
