using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MLNet.MultiTask.Onnx.Protobuf;

/// <summary>Writes one message in the wire format of Protocol Buffers, field by field.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Integer(int field, long value)
    {
        Varint((ulong)field << 3 | (uint)WireType.Varint);
        Varint((ulong)value);
    }

    public void Single(int field, float value)
    {
        Varint((ulong)field << 3 | (uint)WireType.Fixed32);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)field << 3 | (uint)WireType.Bytes);
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a field as it was read.</summary>
    public void Copy(ProtoField field)
    {
        if (field.Type == WireType.Bytes)
        {
            Bytes(field.Number, field.Content.Span);
            return;
        }
        Varint((ulong)field.Number << 3 | (uint)field.Type);
        if (field.Type == WireType.Varint)
            Varint(field.Value);
        else
            _bytes.Write(field.Content.Span);
    }

    public void Message(int field, ProtoWriter message) => Bytes(field, message.ToArray());

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Write((byte)(value | 0x80));
        Write((byte)value);
    }

    private void Write(byte value) => _bytes.Write([value]);
}
