using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>
/// What is known of a schema before any data: names, item types, scalar or vector, names of annotations.
/// </summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape Empty = new([]);

    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = columns.ToArray();
        if (_columns.Any(c => !c.IsValid))
            throw new ArgumentException("Some items are not initialized properly.", nameof(columns));
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema)
        => new(schema.Where(c => !c.IsHidden).Select(c => Column.Of(c.Name, c.Type, c.Annotations)));

    internal bool TryFindColumn(string name, out Column column)
    {
        column = Array.Find(_columns, c => c.Name == name);
        return column.IsValid;
    }

    internal Column Find(string name, string role)
        => TryFindColumn(name, out Column column)
            ? column
            : throw new ArgumentOutOfRangeException("inputSchema", $"Could not find {role} column '{name}'");

    /// <summary>
    /// The shape with these columns put in the place of columns of the same name, or after all others.
    /// </summary>
    internal SchemaShape With(params IEnumerable<Column> added)
    {
        List<Column> columns = [.. _columns];
        foreach (Column column in added)
        {
            int index = columns.FindIndex(c => c.Name == column.Name);
            if (index < 0)
                columns.Add(column);
            else
                columns[index] = column;
        }

        return new SchemaShape(columns);
    }

    public struct Column
    {
        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Name = name;
            Kind = kind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? Empty;
        }

        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }

        internal readonly bool IsValid => Name != null;

        internal static Column Of(string name, DataViewType type, DataViewSchema.Annotations annotations = null)
        {
            (VectorKind kind, DataViewType item) = type is VectorDataViewType vector
                ? (vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector, vector.ItemType)
                : (VectorKind.Scalar, type);
            bool isKey = item is KeyDataViewType;
            SchemaShape kinds = annotations == null
                ? Empty
                : new SchemaShape(annotations.Schema.Select(a => Of(a.Name, a.Type)));
            return new Column(name, kind, isKey ? PrimitiveTypes.Of(item.RawType) : item, isKey, kinds);
        }

        internal readonly string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : $"{ItemType}";
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }
    }
}
