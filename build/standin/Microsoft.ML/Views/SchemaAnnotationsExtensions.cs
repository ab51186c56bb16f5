namespace Microsoft.ML.Data;

public static class SchemaAnnotationsExtensions
{
    public static bool HasSlotNames(this DataViewSchema.Column column)
        => column.Type is VectorDataViewType { IsKnownSize: true } vector
            && AnnotationType(column, AnnotationKinds.SlotNames) is VectorDataViewType names
            && names.ItemType is TextDataViewType
            && names.Size == vector.Size;

    public static void GetSlotNames(
        this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames)
        => column.Annotations.GetValue(AnnotationKinds.SlotNames, ref slotNames);

    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType keyValueItemType = null)
        => column.Type.ItemType() is KeyDataViewType key
            && AnnotationType(column, AnnotationKinds.KeyValues) is VectorDataViewType values
            && (ulong)values.Size == key.Count
            && values.ItemType.Equals(keyValueItemType ?? TextDataViewType.Instance);

    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues)
        => column.Annotations.GetValue(AnnotationKinds.KeyValues, ref keyValues);

    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        bool normalized = false;
        if (AnnotationType(column, AnnotationKinds.IsNormalized) is BooleanDataViewType)
            column.Annotations.GetValue(AnnotationKinds.IsNormalized, ref normalized);
        return normalized;
    }

    private static DataViewType AnnotationType(DataViewSchema.Column column, string kind)
        => column.Annotations.Schema.GetColumnOrNull(kind)?.Type;
}

internal static class AnnotationKinds
{
    public const string SlotNames = "SlotNames";
    public const string KeyValues = "KeyValues";
    public const string IsNormalized = "IsNormalized";
}
