namespace Microsoft.ML.Data;

internal static class SchemaDefinitions
{
    /// <summary>The members of a class with types and annotations taken from the columns of a schema.</summary>
    public static SchemaDefinition For<TRow>(DataViewSchema schema)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (SchemaDefinition.Column column in definition)
        {
            if (schema.GetColumnOrNull(column.ColumnName) is not { } source)
                continue;
            column.ColumnType = source.Type;
            column.AddAnnotations(source.Annotations);
        }

        return definition;
    }
}
