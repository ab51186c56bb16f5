namespace Microsoft.ML.Data;

/// <summary>An input schema in the stand-in's model files: names, types, annotations.</summary>
internal static class SchemaFormat
{
    public static void WriteSchema(this BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (DataViewSchema.Column column in schema)
        {
            writer.Write(column.Name);
            writer.WriteType(column.Type);
            writer.WriteAnnotations(column.Annotations);
        }
    }

    public static DataViewSchema ReadSchema(this BinaryReader reader)
    {
        DataViewSchema.Builder builder = new();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
            builder.AddColumn(reader.ReadString(), reader.ReadType(), reader.ReadAnnotations());
        return builder.ToSchema();
    }

    public static void WriteAnnotations(this BinaryWriter writer, DataViewSchema.Annotations annotations)
    {
        writer.Write(annotations.Schema.Count);
        foreach (DataViewSchema.Column kind in annotations.Schema)
        {
            writer.Write(kind.Name);
            writer.WriteType(kind.Type);
            Generic.Call(typeof(SchemaFormat), Method(kind.Type, nameof(WriteScalar), nameof(WriteVector)),
                [kind.Type.ItemType().RawType], writer, annotations, kind);
        }
    }

    public static DataViewSchema.Annotations ReadAnnotations(this BinaryReader reader)
    {
        DataViewSchema.Annotations.Builder builder = new();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            DataViewType type = reader.ReadType();
            builder.Add(name, type, (Delegate)Generic.Call(typeof(SchemaFormat),
                Method(type, nameof(ReadScalar), nameof(ReadVector)), [type.ItemType().RawType], reader));
        }

        return builder.ToAnnotations();
    }

    private static string Method(DataViewType type, string scalar, string vector)
        => type is VectorDataViewType ? vector : scalar;

    private static void WriteScalar<T>(
        BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        T value = default;
        annotations.GetGetter<T>(kind)(ref value);
        writer.WriteValue(value);
    }

    private static void WriteVector<T>(
        BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        VBuffer<T> value = default;
        annotations.GetGetter<VBuffer<T>>(kind)(ref value);
        writer.WriteBuffer(value);
    }

    private static ValueGetter<T> ReadScalar<T>(BinaryReader reader)
        => AnnotationGetters.Constant(reader.ReadValue<T>());

    private static ValueGetter<VBuffer<T>> ReadVector<T>(BinaryReader reader)
        => AnnotationGetters.ConstantBuffer(reader.ReadBuffer<T>());
}
