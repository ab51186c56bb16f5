using System.Text;

namespace MLNet.MultiTask.Onnx.Protobuf;

/// <summary>How a field lies in the wire format.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// A field of a message; <see cref="Value"/> is a number's, <see cref="Content"/> a string's or message's.
/// </summary>
internal readonly record struct ProtoField(int Number, WireType Type, ulong Value, ReadOnlyMemory<byte> Content)
{
    public string Text => Encoding.UTF8.GetString(Content.Span);
}

/// <summary>Reads the fields of one message in the wire format of Protocol Buffers.</summary>
internal static class ProtoReader
{
    /// <exception cref="FormatException">The bytes are no message.</exception>
    public static IEnumerable<ProtoField> Fields(ReadOnlyMemory<byte> message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong tag = Varint(message, ref at);
            var type = (WireType)(tag & 7);
            int size = type switch
            {
                WireType.Varint => 0,
                WireType.Fixed64 => 8,
                WireType.Fixed32 => 4,
                WireType.Bytes => checked((int)Varint(message, ref at)),
                _ => throw new FormatException($"Field {tag >> 3} has the unknown wire type {tag & 7}"),
            };
            if (size > message.Length - at)
                throw new FormatException($"Field {tag >> 3} ends behind its message");
            ulong value = type == WireType.Varint ? Varint(message, ref at) : 0;
            yield return new ProtoField((int)(tag >> 3), type, value, message.Slice(at, size));
            at += size;
        }
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at == message.Length)
                break;
            byte next = message.Span[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
        throw new FormatException("A number has no end");
    }
}
