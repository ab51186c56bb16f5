using Microsoft.ML.Data;
using MLNet.MultiTask.Onnx.Protobuf;

namespace MLNet.MultiTask.Onnx.Graph;

/// <summary>
/// Name and type of an input or output of the graph (ValueInfoProto): rows × width, any number of rows.
/// </summary>
internal sealed record OnnxValue(string Name, ElementType Type, IReadOnlyList<long> RowShape)
{
    private const string Rows = "N";

    /// <summary>The tensor in which a column travels; null where ONNX has no such type.</summary>
    public static OnnxValue? Of(string name, DataViewType type)
    {
        DataViewType item = (type as VectorDataViewType)?.ItemType ?? type;
        ElementType? element = item switch
        {
            BooleanDataViewType => ElementType.Boolean,
            TextDataViewType => ElementType.Text,
            KeyDataViewType or NumberDataViewType => Number(item.RawType),
            _ => null,
        };
        long[] shape = type is VectorDataViewType vector ? [vector.Size] : [1];
        return element is { } known && shape[0] > 0 ? new OnnxValue(name, known, shape) : null;
    }

    public ProtoWriter Write()
    {
        ProtoWriter shape = new(), tensor = new(), type = new(), value = new(), rows = new();
        rows.Text(2, Rows);
        shape.Message(1, rows);
        foreach (long size in RowShape)
        {
            var dimension = new ProtoWriter();
            dimension.Integer(1, size);
            shape.Message(1, dimension);
        }
        tensor.Integer(1, (int)Type);
        tensor.Message(2, shape);
        type.Message(1, tensor);
        value.Text(1, Name);
        value.Message(2, type);
        return value;
    }

    private static ElementType? Number(Type type) => System.Type.GetTypeCode(type) switch
    {
        TypeCode.Single => ElementType.Single,
        TypeCode.Double => ElementType.Double,
        TypeCode.SByte => ElementType.SByte,
        TypeCode.Int16 => ElementType.Int16,
        TypeCode.Int32 => ElementType.Int32,
        TypeCode.Int64 => ElementType.Int64,
        TypeCode.Byte => ElementType.Byte,
        TypeCode.UInt16 => ElementType.UInt16,
        TypeCode.UInt32 => ElementType.UInt32,
        TypeCode.UInt64 => ElementType.UInt64,
        _ => null,
    };
}
