using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Value maps of pairs in the types that users write: strings are text.</summary>
internal static class ValueMapBuilder
{
    public static ValueMap Scalars<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs, bool asKeys)
    {
        (Array keys, Array values) = Split(pairs);
        if (!asKeys)
            return Create(keys, values, PrimitiveTypes.Of(typeof(TValue)), DataViewSchema.Annotations.Empty);
        TValue[] distinct = pairs.Select(p => p.Value).Distinct().ToArray();
        Array numbers = values is uint[] or ulong[]
            ? values
            : pairs.Select(p => (uint)Array.IndexOf(distinct, p.Value) + 1).ToArray();
        KeyDataViewType type = new(numbers.GetType().GetElementType(), distinct.Length);
        return Create(keys, numbers, type, KeyValues(distinct.Select(v => v.ToString()).ToArray()));
    }

    public static ValueMap Vectors<TKey, TItem>(IEnumerable<KeyValuePair<TKey, TItem[]>> pairs)
    {
        Array keys = Raw(pairs.Select(p => p.Key).ToArray());
        return (ValueMap)Generic.Call(typeof(ValueMapBuilder), nameof(CreateVectors),
            [keys.GetType().GetElementType(), PrimitiveTypes.Of(typeof(TItem)).RawType],
            keys, pairs.Select(p => Raw(p.Value)).ToArray());
    }

    private static (Array Keys, Array Values) Split<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs)
        => (Raw(pairs.Select(p => p.Key).ToArray()), Raw(pairs.Select(p => p.Value).ToArray()));

    private static Array Raw<T>(T[] values)
        => values is string[] texts ? texts.Select(t => t.AsMemory()).ToArray() : values;

    private static ValueMap Create(
        Array keys, Array values, PrimitiveDataViewType valueType, DataViewSchema.Annotations annotations)
        => (ValueMap)Generic.Call(typeof(ValueMapBuilder), nameof(CreateScalars),
            [keys.GetType().GetElementType(), values.GetType().GetElementType()], keys, values, valueType, annotations);

    private static ScalarValueMap<TKey, TValue> CreateScalars<TKey, TValue>(
        TKey[] keys, TValue[] values, PrimitiveDataViewType valueType, DataViewSchema.Annotations annotations)
        => new(
            PrimitiveTypes.Of(typeof(TKey)), valueType, annotations, keys.Zip(values, KeyValuePair.Create).ToArray());

    private static VectorValueMap<TKey, TItem> CreateVectors<TKey, TItem>(TKey[] keys, Array[] values)
    {
        int[] sizes = values.Select(v => v.Length).Distinct().ToArray();
        VectorDataViewType type = new(PrimitiveTypes.Of(typeof(TItem)), sizes is [int size] ? size : 0);
        return new VectorValueMap<TKey, TItem>(PrimitiveTypes.Of(typeof(TKey)), type, DataViewSchema.Annotations.Empty,
            keys.Zip(values, (k, v) => KeyValuePair.Create(k, new VBuffer<TItem>(v.Length, (TItem[])v))).ToArray());
    }

    private static DataViewSchema.Annotations KeyValues(string[] texts)
    {
        DataViewSchema.Annotations.Builder builder = new();
        VectorDataViewType type = new(TextDataViewType.Instance, texts.Length);
        builder.Add(AnnotationKinds.KeyValues, type, AnnotationGetters.Of(texts, type));
        return builder.ToAnnotations();
    }
}
