using System.Runtime.InteropServices;
using MLNet.MultiTask.Onnx.Protobuf;

namespace MLNet.MultiTask.Onnx.Graph;

/// <summary>Element types of tensors (TensorProto.DataType).</summary>
internal enum ElementType
{
    Single = 1,
    Byte = 2,
    SByte = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Text = 8,
    Boolean = 9,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
}

/// <summary>A constant of the graph (TensorProto) without its name.</summary>
internal sealed record OnnxTensor(IReadOnlyList<ProtoField> Fields)
{
    private const int Dimensions = 1, Type = 2, Name = 8, Raw = 9;

    public static OnnxTensor Of(ReadOnlySpan<float> values, params ReadOnlySpan<long> dimensions) =>
        Of(ElementType.Single, MemoryMarshal.AsBytes(values), dimensions);

    public static OnnxTensor Of(ReadOnlySpan<long> values, params ReadOnlySpan<long> dimensions) =>
        Of(ElementType.Int64, MemoryMarshal.AsBytes(values), dimensions);

    public static OnnxTensor Of(ReadOnlySpan<double> values, params ReadOnlySpan<long> dimensions) =>
        Of(ElementType.Double, MemoryMarshal.AsBytes(values), dimensions);

    public static (string Name, OnnxTensor Tensor) Read(ReadOnlyMemory<byte> message)
    {
        ProtoField[] fields = [.. ProtoReader.Fields(message)];
        return (fields.Last(f => f.Number == Name).Text, new OnnxTensor([.. fields.Where(f => f.Number != Name)]));
    }

    public ProtoWriter Write(string name)
    {
        var writer = new ProtoWriter();
        foreach (ProtoField field in Fields)
            writer.Copy(field);
        writer.Text(Name, name);
        return writer;
    }

    // Little-endian, as every machine that .NET runs on.
    private static OnnxTensor Of(ElementType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> dimensions)
    {
        var writer = new ProtoWriter();
        foreach (long dimension in dimensions)
            writer.Integer(Dimensions, dimension);
        writer.Integer(Type, (int)type);
        writer.Bytes(Raw, bytes);
        return new OnnxTensor([.. ProtoReader.Fields(writer.ToArray())]);
    }
}
