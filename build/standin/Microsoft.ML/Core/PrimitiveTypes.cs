namespace Microsoft.ML.Data;

/// <summary>The primitive column types, by the CLR type of their values and by <see cref="DataKind"/>.</summary>
internal static class PrimitiveTypes
{
    private static readonly (DataKind Kind, PrimitiveDataViewType Type)[] All =
    [
        (DataKind.SByte, NumberDataViewType.SByte), (DataKind.Byte, NumberDataViewType.Byte),
        (DataKind.Int16, NumberDataViewType.Int16), (DataKind.UInt16, NumberDataViewType.UInt16),
        (DataKind.Int32, NumberDataViewType.Int32), (DataKind.UInt32, NumberDataViewType.UInt32),
        (DataKind.Int64, NumberDataViewType.Int64), (DataKind.UInt64, NumberDataViewType.UInt64),
        (DataKind.Single, NumberDataViewType.Single), (DataKind.Double, NumberDataViewType.Double),
        (DataKind.String, TextDataViewType.Instance), (DataKind.Boolean, BooleanDataViewType.Instance),
        (DataKind.TimeSpan, TimeSpanDataViewType.Instance), (DataKind.DateTime, DateTimeDataViewType.Instance),
        (DataKind.DateTimeOffset, DateTimeOffsetDataViewType.Instance),
    ];

    /// <summary>
    /// The type of a column of <paramref name="rawType"/>; strings are text. Null when there is none.
    /// </summary>
    public static PrimitiveDataViewType TryOf(Type rawType)
        => rawType == typeof(string) ? TextDataViewType.Instance
            : rawType == typeof(DataViewRowId) ? RowIdDataViewType.Instance
            : Array.Find(All, x => x.Type.RawType == rawType).Type;

    public static PrimitiveDataViewType Of(Type rawType)
        => TryOf(rawType) ?? throw new ArgumentException($"Could not determine an IDataView type for type {rawType}");

    public static PrimitiveDataViewType Of(DataKind kind) => Array.Find(All, x => x.Kind == kind).Type;

    public static DataKind KindOf(Type rawType) => Array.Find(All, x => x.Type.RawType == rawType).Kind;

    /// <summary>The item type of a vector, or the type itself.</summary>
    public static DataViewType ItemType(this DataViewType type) => type is VectorDataViewType v ? v.ItemType : type;

    /// <summary>A column type with the same dimensions and other items.</summary>
    public static DataViewType WithItems(this DataViewType type, PrimitiveDataViewType item)
        => type is VectorDataViewType v ? new VectorDataViewType(item, v.Dimensions) : item;
}
