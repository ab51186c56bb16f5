using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.MultiTask.Numerics;

/// <summary>Transposes small blocks of matrices.</summary>
internal static unsafe class Transposition
{
    private const int Side = 8;

    /// <summary>target[j, i] = source[i, j] for a rows×columns source.</summary>
    public static void Copy(float* source, nint sourceRow, float* target, nint targetRow, int rows, int columns)
    {
        int i = 0;
        if (Avx.IsSupported)
            for (; i + Side <= rows; i += Side)
            {
                int j = 0;
                for (; j + Side <= columns; j += Side)
                    Copy8(source + i * sourceRow + j, sourceRow, target + j * targetRow + i, targetRow);
                Scalar(source, sourceRow, target, targetRow, i, i + Side, j, columns);
            }
        Scalar(source, sourceRow, target, targetRow, i, rows, 0, columns);
    }

    private static void Scalar(float* source, nint sourceRow, float* target, nint targetRow, int row0, int row1,
        int column0, int column1)
    {
        for (int i = row0; i < row1; i++)
            for (int j = column0; j < column1; j++)
                target[j * targetRow + i] = source[i * sourceRow + j];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy8(float* s, nint sourceRow, float* t, nint targetRow)
    {
        (Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) = Halves(s, sourceRow);
        (Vector256<float> e, Vector256<float> f, Vector256<float> g, Vector256<float> h) =
            Halves(s + 4 * sourceRow, sourceRow);
        Avx.Permute2x128(a, e, 0x20).Store(t);
        Avx.Permute2x128(b, f, 0x20).Store(t + targetRow);
        Avx.Permute2x128(c, g, 0x20).Store(t + 2 * targetRow);
        Avx.Permute2x128(d, h, 0x20).Store(t + 3 * targetRow);
        Avx.Permute2x128(a, e, 0x31).Store(t + 4 * targetRow);
        Avx.Permute2x128(b, f, 0x31).Store(t + 5 * targetRow);
        Avx.Permute2x128(c, g, 0x31).Store(t + 6 * targetRow);
        Avx.Permute2x128(d, h, 0x31).Store(t + 7 * targetRow);
    }

    /// <summary>Four rows: columns 0 … 3 of them in the lower halves, 4 … 7 in the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) Halves(float* s, nint row)
    {
        Vector256<float> r0 = Vector256.Load(s), r1 = Vector256.Load(s + row);
        Vector256<float> r2 = Vector256.Load(s + 2 * row), r3 = Vector256.Load(s + 3 * row);
        Vector256<float> low01 = Avx.UnpackLow(r0, r1), high01 = Avx.UnpackHigh(r0, r1);
        Vector256<float> low23 = Avx.UnpackLow(r2, r3), high23 = Avx.UnpackHigh(r2, r3);
        return (Avx.Shuffle(low01, low23, 0x44), Avx.Shuffle(low01, low23, 0xEE),
            Avx.Shuffle(high01, high23, 0x44), Avx.Shuffle(high01, high23, 0xEE));
    }
}
