using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Which member of a class stands for which column.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = 3,
    }

    public Column this[string columnName]
    {
        get => Find(c => c.ColumnName == columnName);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.ColumnName != columnName)
            {
                throw new ArgumentOutOfRangeException(nameof(columnName),
                    $"The column name is specified as '{value.ColumnName}' "
                    + $"but must match the selector '{columnName}'.");
            }

            int index = FindIndex(c => c.ColumnName == columnName);
            if (index >= 0)
                this[index] = value;
            else
                Add(value);
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        SchemaDefinition definition = [];
        foreach (MemberInfo member in Members(userType, direction))
        {
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            if (definition[name] != null)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(userType), $"Duplicate column name '{name}' detected, this is disallowed");
            }

            definition.Add(new Column(member.Name, ColumnTypes.Of(member), name));
        }

        return definition;
    }

    internal static IEnumerable<MemberInfo> Members(Type userType, Direction direction)
    {
        IEnumerable<MemberInfo> fields = userType.GetFields(BindingFlags.Public | BindingFlags.Instance);
        IEnumerable<MemberInfo> properties = userType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0
                && ((direction.HasFlag(Direction.Read) && p.GetGetMethod() != null)
                    || (direction.HasFlag(Direction.Write) && p.GetSetMethod() != null)));
        return fields.Concat(properties)
            .Where(m => ColumnTypes.MemberType(m) != typeof(IChannel) && !m.IsDefined(typeof(NoColumnAttribute)));
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();
        private readonly HashSet<string> _kinds = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnName = columnName;
            ColumnType = columnType;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            ArgumentNullException.ThrowIfNull(kind);
            ArgumentNullException.ThrowIfNull(annotationType);
            if (!_kinds.Add(kind))
                throw new InvalidOperationException("Column already contains an annotation of this kind.");
            _annotations.Add(kind, annotationType, AnnotationGetters.Of(value, annotationType));
        }

        internal void AddAnnotations(DataViewSchema.Annotations annotations)
            => _annotations.Add(annotations, _kinds.Add);
    }
}
