using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Column types of members: the type of the member, refined by its attributes.</summary>
internal static class ColumnTypes
{
    public static Type MemberType(MemberInfo member)
        => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    /// <summary>The type of the items of a member's column, and whether the column is a vector.</summary>
    public static (Type Item, bool IsVector) Split(Type type)
    {
        bool isBuffer = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        Type item = type.IsArray ? type.GetElementType() : isBuffer ? type.GetGenericArguments()[0] : type;
        return (item == typeof(string) ? typeof(ReadOnlyMemory<char>) : item, type.IsArray || isBuffer);
    }

    public static DataViewType Of(MemberInfo member)
    {
        (Type item, bool isVector) = Split(MemberType(member));
        PrimitiveDataViewType itemType = ItemType(member, item);
        VectorTypeAttribute vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (vector != null && !isVector)
        {
            throw new ArgumentOutOfRangeException("userType",
                $"Member {member.Name} marked with VectorTypeAttribute, but does not appear to be a vector type");
        }

        if (!isVector)
            return itemType;
        return vector == null || vector.Dimensions.Length == 0
            ? new VectorDataViewType(itemType)
            : new VectorDataViewType(itemType, vector.Dimensions);
    }

    private static PrimitiveDataViewType ItemType(MemberInfo member, Type item)
    {
        PrimitiveDataViewType type = PrimitiveTypes.TryOf(item)
            ?? throw new ArgumentOutOfRangeException("rawType",
                $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        if (member.GetCustomAttribute<KeyTypeAttribute>() is not { } key)
            return type;
        if (!KeyDataViewType.IsValidDataType(item))
        {
            throw new ArgumentOutOfRangeException("userType", $"Member {member.Name} marked with KeyType attribute, "
                + "but does not appear to be a valid kind of data for a key type");
        }

        return new KeyDataViewType(item, key.Count);
    }
}
