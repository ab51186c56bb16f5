using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Which column a member of a class stands for.</summary>
internal sealed record MemberBinding(
    MemberInfo Member, string ColumnName, DataViewType ColumnType, DataViewSchema.Annotations Annotations);

/// <summary>
/// A member of a user's class as a column: its value becomes a column value, and a column value is put into it.
/// </summary>
internal abstract class Member<TRow>(MemberBinding binding)
{
    public MemberBinding Binding => binding;

    public static Member<TRow>[] All(SchemaDefinition definition, SchemaDefinition.Direction direction)
        => (definition ?? SchemaDefinition.Create(typeof(TRow), direction)).Select(c => Create(Bind(c))).ToArray();

    /// <summary>A getter of the column over the object that <paramref name="current"/> returns.</summary>
    public abstract Delegate CreateGetter(Func<TRow> current);

    /// <summary>Puts the value of a column of the row into an object.</summary>
    public abstract Action<TRow> CreateSetter(DataViewRow row, DataViewSchema.Column column);

    private static Member<TRow> Create(MemberBinding binding)
    {
        Type type = ColumnTypes.MemberType(binding.Member);
        Type item = binding.ColumnType.ItemType().RawType;
        object member = type == typeof(string) ? new TextMember<TRow>(binding)
            : type == typeof(string[]) ? new TextArrayMember<TRow>(binding)
            : type.IsArray ? Generic.Create(typeof(ArrayMember<,>), [typeof(TRow), item], binding)
            : binding.ColumnType is VectorDataViewType
                ? Generic.Create(typeof(BufferMember<,>), [typeof(TRow), item], binding)
            : Generic.Create(typeof(ScalarMember<,>), [typeof(TRow), item], binding);
        return (Member<TRow>)member;
    }

    private static MemberBinding Bind(SchemaDefinition.Column column)
    {
        MemberInfo member = (MemberInfo)typeof(TRow).GetField(column.MemberName)
            ?? typeof(TRow).GetProperty(column.MemberName)
            ?? throw new ArgumentOutOfRangeException("userSchemaDefinition",
                $"No field or property with name '{column.MemberName}' found in type '{typeof(TRow).FullName}'");
        string name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        DataViewType type = column.ColumnType ?? ColumnTypes.Of(member);
        CheckType(name, type, member);
        return new MemberBinding(member, name, type, column.Annotations);
    }

    private static void CheckType(string name, DataViewType type, MemberInfo member)
    {
        (Type item, bool isVector) = ColumnTypes.Split(ColumnTypes.MemberType(member));
        if (isVector != type is VectorDataViewType)
        {
            throw new ArgumentOutOfRangeException("userSchemaDefinition",
                $"Column '{name}' is supposed to be {Shape(!isVector)}, "
                + $"but type of associated field '{member.Name}' is {Shape(isVector)}");
        }

        if (type.ItemType().RawType != item)
        {
            throw new ArgumentOutOfRangeException("userSchemaDefinition",
                $"Column '{name}' is supposed to have item type {type.ItemType().RawType}, "
                + $"but associated field has type {item}");
        }
    }

    private static string Shape(bool isVector) => isVector ? "vector" : "scalar";
}
