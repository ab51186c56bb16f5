namespace Microsoft.ML.Data;

/// <summary>Getters over values in the forms that users give: strings for text, arrays for vectors.</summary>
internal static class AnnotationGetters
{
    public static Delegate Of<T>(T value, DataViewType type)
    {
        object raw = value switch
        {
            string text => text.AsMemory(),
            string[] texts => Buffer(texts.Select(t => t.AsMemory()).ToArray()),
            Array items => Generic.Call(
                typeof(AnnotationGetters), nameof(Buffer), [items.GetType().GetElementType()], items),
            _ => value,
        };
        if (raw.GetType() != type.RawType)
        {
            throw new ArgumentOutOfRangeException(
                nameof(value), $"The annotation is of type {typeof(T)}, which does not fit the column type {type}.");
        }

        return type is VectorDataViewType vector
            ? (Delegate)Generic.Call(typeof(AnnotationGetters), nameof(ConstantBuffer), [vector.ItemType.RawType], raw)
            : (Delegate)Generic.Call(typeof(AnnotationGetters), nameof(Constant), [type.RawType], raw);
    }

    public static ValueGetter<T> Constant<T>(T value) => (ref T destination) => destination = value;

    public static ValueGetter<VBuffer<T>> ConstantBuffer<T>(VBuffer<T> value)
        => (ref VBuffer<T> destination) => value.CopyTo(ref destination);

    private static VBuffer<T> Buffer<T>(T[] items) => new(items.Length, items);
}
