using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Schema;

/// <summary>The two sentences with which ML.NET refuses a schema.</summary>
internal static class SchemaErrors
{
    private static readonly string s_parameter = "inputSchema";

    public static ArgumentOutOfRangeException NotFound(string role, string name) =>
        new(s_parameter, $"Could not find {role} column '{name}'");

    /// <summary>Refuses a schema without some of the columns, all of which are named.</summary>
    /// <param name="needed">Roles and names.</param>
    /// <param name="isThere">Whether the schema has a column.</param>
    public static void ThrowIfAnyIsMissing(IEnumerable<(string Role, string Name)> needed, Func<string, bool> isThere)
    {
        string[] missing = [.. needed.Where(c => !isThere(c.Name)).Distinct().GroupBy(c => c.Role)
            .Select(g => $"{g.Key} {(g.Count() == 1 ? "column" : "columns")} " +
                string.Join(", ", g.Select(c => $"'{c.Name}'")))];
        if (missing.Length > 0)
            throw new ArgumentOutOfRangeException(s_parameter, $"Could not find {string.Join(" and ", missing)}");
    }

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
