using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Schema;

/// <summary>The two sentences with which ML.NET refuses a schema.</summary>
internal static class SchemaErrors
{
    private static readonly string s_parameter = "inputSchema";

    public static ArgumentOutOfRangeException NotFound(string role, string name) =>
        new(s_parameter, $"Could not find {role} column '{name}'");

    public static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, string actual) =>
        new(s_parameter, $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}");

    /// <summary>The column of a shape, or ML.NET's first sentence.</summary>
    public static SchemaShape.Column Find(this SchemaShape schema, string role, string name)
    {
        foreach (SchemaShape.Column column in schema)
            if (column.Name == name)
                return column;
        throw NotFound(role, name);
    }

    /// <summary>The column of a schema, or ML.NET's first sentence.</summary>
    public static DataViewSchema.Column Find(this DataViewSchema schema, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw NotFound(role, name);

    /// <summary>A shape column's type in ML.NET's words.</summary>
    public static string TypeText(this SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : $"{column.ItemType}";
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Vector => $"Vector<{item}>",
            SchemaShape.Column.VectorKind.VariableVector => $"VarVector<{item}>",
            _ => item,
        };
    }
}
