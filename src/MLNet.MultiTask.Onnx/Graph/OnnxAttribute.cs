using MLNet.MultiTask.Onnx.Protobuf;

namespace MLNet.MultiTask.Onnx.Graph;

/// <summary>
/// Attributes of nodes as they are written (AttributeProto): the name, one value, and the value's type.
/// </summary>
internal static class OnnxAttribute
{
    private const int Name = 1, Type = 20;

    public static ReadOnlyMemory<byte> Of(string name, long value) => Write(name, 2, w => w.Integer(3, value));

    public static ReadOnlyMemory<byte> Of(string name, string value) => Write(name, 3, w => w.Text(4, value));

    public static ReadOnlyMemory<byte> Of(string name, IEnumerable<float> values) => Write(name, 6, w =>
    {
        foreach (float value in values)
            w.Single(7, value);
    });

    public static ReadOnlyMemory<byte> Of(string name, IEnumerable<long> values) => Write(name, 7, w =>
    {
        foreach (long value in values)
            w.Integer(8, value);
    });

    public static ReadOnlyMemory<byte> Of(string name, IEnumerable<string> values) => Write(name, 8, w =>
    {
        foreach (string value in values)
            w.Text(9, value);
    });

    public static string NameOf(ReadOnlyMemory<byte> attribute) =>
        ProtoReader.Fields(attribute).First(f => f.Number == Name).Text;

    private static byte[] Write(string name, int type, Action<ProtoWriter> value)
    {
        var writer = new ProtoWriter();
        writer.Text(Name, name);
        value(writer);
        writer.Integer(Type, type);
        return writer.ToArray();
    }
}
