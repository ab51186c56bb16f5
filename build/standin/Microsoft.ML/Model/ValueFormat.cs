namespace Microsoft.ML.Data;

/// <summary>Column values and column types in the stand-in's model files.</summary>
internal static class ValueFormat
{
    public static void WriteType(this BinaryWriter writer, DataViewType type)
    {
        VectorDataViewType vector = type as VectorDataViewType;
        DataViewType item = type.ItemType();
        writer.Write(vector == null ? -1 : vector.Dimensions.Length);
        foreach (int dimension in vector?.Dimensions ?? [])
            writer.Write(dimension);
        writer.Write(item.RawType == typeof(ReadOnlyMemory<char>) ? "text" : item.RawType.FullName);
        writer.Write((item as KeyDataViewType)?.Count ?? 0UL);
    }

    public static DataViewType ReadType(this BinaryReader reader)
    {
        int rank = reader.ReadInt32();
        int[] dimensions = Enumerable.Range(0, Math.Max(rank, 0)).Select(_ => reader.ReadInt32()).ToArray();
        string name = reader.ReadString();
        Type raw = name == "text" ? typeof(ReadOnlyMemory<char>)
            : name == typeof(DataViewRowId).FullName ? typeof(DataViewRowId)
            : Type.GetType(name, throwOnError: true);
        ulong keyCount = reader.ReadUInt64();
        PrimitiveDataViewType item = keyCount > 0 ? new KeyDataViewType(raw, keyCount) : PrimitiveTypes.Of(raw);
        return rank < 0 ? item : new VectorDataViewType(item, dimensions);
    }

    public static void WriteValue<T>(this BinaryWriter writer, T value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> text: writer.Write(text.ToString()); break;
            case bool b: writer.Write(b); break;
            case byte b: writer.Write(b); break;
            case sbyte b: writer.Write(b); break;
            case short n: writer.Write(n); break;
            case ushort n: writer.Write(n); break;
            case int n: writer.Write(n); break;
            case uint n: writer.Write(n); break;
            case long n: writer.Write(n); break;
            case ulong n: writer.Write(n); break;
            case float x: writer.Write(x); break;
            case double x: writer.Write(x); break;
            case TimeSpan t: writer.Write(t.Ticks); break;
            case DateTime t: writer.Write(t.ToBinary()); break;
            case DateTimeOffset t: writer.Write(t.Ticks); writer.Write(t.Offset.Ticks); break;
            case DataViewRowId id: writer.Write(id.Low); writer.Write(id.High); break;
            default: throw new NotSupportedException($"Values of type {typeof(T)} cannot be saved.");
        }
    }

    public static T ReadValue<T>(this BinaryReader reader) => (T)ReadBoxed(reader, typeof(T));

    public static void WriteBuffer<T>(this BinaryWriter writer, in VBuffer<T> buffer)
    {
        writer.Write(buffer.Length);
        foreach (T value in buffer.DenseValues())
            writer.WriteValue(value);
    }

    public static VBuffer<T> ReadBuffer<T>(this BinaryReader reader)
    {
        T[] values = new T[reader.ReadInt32()];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadValue<T>();
        return new VBuffer<T>(values.Length, values);
    }

    private static object ReadBoxed(BinaryReader reader, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => reader.ReadBoolean(),
        TypeCode.Byte => reader.ReadByte(),
        TypeCode.SByte => reader.ReadSByte(),
        TypeCode.Int16 => reader.ReadInt16(),
        TypeCode.UInt16 => reader.ReadUInt16(),
        TypeCode.Int32 => reader.ReadInt32(),
        TypeCode.UInt32 => reader.ReadUInt32(),
        TypeCode.Int64 => reader.ReadInt64(),
        TypeCode.UInt64 => reader.ReadUInt64(),
        TypeCode.Single => reader.ReadSingle(),
        TypeCode.Double => reader.ReadDouble(),
        TypeCode.DateTime => DateTime.FromBinary(reader.ReadInt64()),
        _ when type == typeof(ReadOnlyMemory<char>) => reader.ReadString().AsMemory(),
        _ when type == typeof(TimeSpan) => new TimeSpan(reader.ReadInt64()),
        _ when type == typeof(DateTimeOffset)
            => new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64())),
        _ when type == typeof(DataViewRowId) => new DataViewRowId(reader.ReadUInt64(), reader.ReadUInt64()),
        _ => throw new NotSupportedException($"Values of type {type} cannot be loaded."),
    };
}
