using Microsoft.ML.Data;

namespace MLNet.MultiTask.Schema;

/// <summary>Names of ML.NET's item types, for files.</summary>
internal static class ColumnTypes
{
    private static readonly PrimitiveDataViewType[] s_types =
    [
        TextDataViewType.Instance, BooleanDataViewType.Instance, DateTimeDataViewType.Instance,
            DateTimeOffsetDataViewType.Instance,
        TimeSpanDataViewType.Instance, RowIdDataViewType.Instance, NumberDataViewType.SByte, NumberDataViewType.Byte,
            NumberDataViewType.Int16,
        NumberDataViewType.UInt16, NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64,
            NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double,
    ];

    /// <summary>The raw type's name; for a key, that of its numbers.</summary>
    /// <exception cref="NotSupportedException">The type is none of ML.NET's primitive ones.</exception>
    public static string NameOf(DataViewType type) => type is KeyDataViewType
        || Array.IndexOf(s_types, type) >= 0 ? Name(type)
        : throw new NotSupportedException($"A column of type {type} cannot be part of a saved input schema; drop it " +
            "from the schema that is saved");

    /// <exception cref="FormatException">The name is unknown or not one of a key's.</exception>
    public static PrimitiveDataViewType Of(string name, ulong? keyCount)
    {
        PrimitiveDataViewType type = s_types.FirstOrDefault(t => Name(t) == name)
            ?? throw new FormatException($"Column type '{name}' is unknown");
        if (keyCount is null)
            return type;
        return keyCount > 0 && KeyDataViewType.IsValidDataType(type.RawType)
            ? new KeyDataViewType(type.RawType, keyCount.Value)
            : throw new FormatException($"A key of {keyCount} values cannot be of type '{name}'");
    }

    private static string Name(DataViewType type) => type is TextDataViewType ? "Text" : type.RawType.Name;
}
