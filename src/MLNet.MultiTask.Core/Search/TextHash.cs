using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.MultiTask.Search;

/// <summary>Texts as numbers: what was seen needs to be known again, not read.</summary>
internal static class TextHash
{
    private const int MostOnStack = 512;

    public static UInt128 Of(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        Span<byte> utf8 = bytes <= MostOnStack ? stackalloc byte[bytes] : new byte[bytes];
        Encoding.UTF8.GetBytes(text, utf8);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
