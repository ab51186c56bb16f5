using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Affinity;

/// <summary>Random signs, 64 from one draw.</summary>
internal static class Signs
{

    /// <summary>Fills with ±<paramref name="size"/>.</summary>
    public static void Fill(ref RandomStream stream, float size, Span<float> values)
    {
        Vector256<uint> magnitude = Vector256.Create(size).AsUInt32(), top = Vector256.Create(0x80000000u);
        Span<Vector256<uint>> vectors = MemoryMarshal.Cast<float, Vector256<uint>>(values);
        ulong bits = 0;
        for (int i = 0; i < vectors.Length; i++)
        {
            if ((i & 7) == 0)
                bits = stream.NextUInt64();
            vectors[i] = magnitude | (Vector256.ShiftLeft(Vector256.Create((uint)(bits & 0xFF)), 24) * Powers & top);
            bits >>= 8;
        }
        ulong rest = stream.NextUInt64();
        for (int i = vectors.Length * Vector256<uint>.Count; i < values.Length; i++, rest >>= 1)
            values[i] = (rest & 1) == 0 ? size : -size;
    }

    // Multiplying by 2^k brings bit 7 − k of the byte, which stands in the highest byte, to the sign's place.
    private static Vector256<uint> Powers => Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
}
