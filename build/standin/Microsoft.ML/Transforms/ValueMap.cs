using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>A table of values by key. An unknown key has the value of empty text: 0, false, empty.</summary>
internal abstract class ValueMap(
    PrimitiveDataViewType keyType, DataViewType valueType, DataViewSchema.Annotations annotations)
{
    public PrimitiveDataViewType KeyType => keyType;

    public DataViewType ValueType => valueType;

    public DataViewSchema.Annotations Annotations => annotations;

    public static ValueMap Load(BinaryReader reader)
    {
        PrimitiveDataViewType keyType = (PrimitiveDataViewType)reader.ReadType();
        DataViewType valueType = reader.ReadType();
        DataViewSchema.Annotations annotations = reader.ReadAnnotations();
        return valueType is VectorDataViewType vector
            ? (ValueMap)Generic.Call(typeof(ValueMap), nameof(LoadVectors),
                [keyType.RawType, vector.ItemType.RawType], reader, keyType, valueType, annotations)
            : (ValueMap)Generic.Call(typeof(ValueMap), nameof(LoadScalars),
                [keyType.RawType, valueType.RawType], reader, keyType, valueType, annotations);
    }

    public abstract void Save(BinaryWriter writer);

    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column source);

    private static ScalarValueMap<TKey, TValue> LoadScalars<TKey, TValue>(
        BinaryReader reader,
        PrimitiveDataViewType keyType,
        DataViewType valueType,
        DataViewSchema.Annotations annotations)
        => new ScalarValueMap<TKey, TValue>(keyType, valueType, annotations,
            ReadPairs(reader, r => r.ReadValue<TKey>(), r => r.ReadValue<TValue>()));

    private static VectorValueMap<TKey, TItem> LoadVectors<TKey, TItem>(
        BinaryReader reader,
        PrimitiveDataViewType keyType,
        DataViewType valueType,
        DataViewSchema.Annotations annotations)
        => new VectorValueMap<TKey, TItem>(keyType, valueType, annotations,
            ReadPairs(reader, r => r.ReadValue<TKey>(), r => r.ReadBuffer<TItem>()));

    private static KeyValuePair<TKey, TValue>[] ReadPairs<TKey, TValue>(
        BinaryReader reader, Func<BinaryReader, TKey> readKey, Func<BinaryReader, TValue> readValue)
    {
        KeyValuePair<TKey, TValue>[] pairs = new KeyValuePair<TKey, TValue>[reader.ReadInt32()];
        for (int i = 0; i < pairs.Length; i++)
            pairs[i] = KeyValuePair.Create(readKey(reader), readValue(reader));
        return pairs;
    }
}

internal abstract class ValueMap<TKey, TValue> : ValueMap
{
    private readonly IReadOnlyList<KeyValuePair<TKey, TValue>> _pairs;

    protected ValueMap(
        PrimitiveDataViewType keyType,
        DataViewType valueType,
        DataViewSchema.Annotations annotations,
        IReadOnlyList<KeyValuePair<TKey, TValue>> pairs)
        : base(keyType, valueType, annotations)
    {
        _pairs = pairs;
        ByKey = new Dictionary<TKey, TValue>(ValueEquality.For<TKey>());
        foreach ((TKey key, TValue value) in pairs)
        {
            if (!ByKey.TryAdd(key, value))
                throw new InvalidOperationException($"Duplicate keys in data '{key}'");
        }
    }

    protected Dictionary<TKey, TValue> ByKey { get; }

    public override void Save(BinaryWriter writer)
    {
        writer.WriteType(KeyType);
        writer.WriteType(ValueType);
        writer.WriteAnnotations(Annotations);
        writer.Write(_pairs.Count);
        foreach ((TKey key, TValue value) in _pairs)
        {
            writer.WriteValue(key);
            WriteValue(writer, value);
        }
    }

    protected abstract void WriteValue(BinaryWriter writer, TValue value);
}

internal sealed class ScalarValueMap<TKey, TValue>(
    PrimitiveDataViewType keyType,
    DataViewType valueType,
    DataViewSchema.Annotations annotations,
    IReadOnlyList<KeyValuePair<TKey, TValue>> pairs)
    : ValueMap<TKey, TValue>(keyType, valueType, annotations, pairs)
{
    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column source)
        => ItemMap.CreateGetter<TKey, TValue>(row, source, key => ByKey.GetValueOrDefault(key));

    protected override void WriteValue(BinaryWriter writer, TValue value) => writer.WriteValue(value);
}

internal sealed class VectorValueMap<TKey, TItem>(
    PrimitiveDataViewType keyType,
    DataViewType valueType,
    DataViewSchema.Annotations annotations,
    IReadOnlyList<KeyValuePair<TKey, VBuffer<TItem>>> pairs)
    : ValueMap<TKey, VBuffer<TItem>>(keyType, valueType, annotations, pairs)
{
    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column source)
    {
        ValueGetter<TKey> getter = row.GetGetter<TKey>(source);
        TKey key = default;
        return (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> destination) =>
        {
            getter(ref key);
            ByKey.GetValueOrDefault(key).CopyTo(ref destination);
        });
    }

    protected override void WriteValue(BinaryWriter writer, VBuffer<TItem> value) => writer.WriteBuffer(value);
}
