using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// The register tile: up to 6 rows × 16 columns of C over a panel of B. Element (i, k) of A lies at
/// <c>a[i·aRow + k·aColumn]</c>, so A needs no packing and may be transposed.
/// </summary>
internal static unsafe class GemmKernel
{
    public const int Mr = 6;
    public const int Nr = 16;
    public const int Tile = Mr * Nr;

    /// <summary>C (rows×16) = A·B, or C + A·B if <paramref name="load"/>; rows from 1 to 6.</summary>
    public static void Run(int rows, int depth, float* a, nint aRow, nint aColumn, float* b, float* c, nint ldc, bool load)
    {
        if (!Fma.IsSupported)
        {
            for (int i = 0; i < rows; i++)
                Portable(depth, a + i * aRow, aColumn, b, c + i * ldc, load);
            return;
        }
        if (rows == 6)
        {
            Rows6(depth, a, aRow, aColumn, b, c, ldc, load);
            return;
        }
        if (rows >= 4)
        {
            Rows4(depth, a, aRow, aColumn, b, c, ldc, load);
            a += 4 * aRow;
            c += 4 * ldc;
            rows -= 4;
        }
        for (; rows > 0; rows--, a += aRow, c += ldc)
            Row1(depth, a, aColumn, b, c, load);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6(int depth, float* a, nint aRow, nint aColumn, float* b, float* c, nint ldc, bool load)
    {
        Vector256<float> c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (load)
        {
            (c00, c01) = (Vector256.Load(c), Vector256.Load(c + 8));
            (c10, c11) = (Vector256.Load(c + ldc), Vector256.Load(c + ldc + 8));
            (c20, c21) = (Vector256.Load(c + 2 * ldc), Vector256.Load(c + 2 * ldc + 8));
            (c30, c31) = (Vector256.Load(c + 3 * ldc), Vector256.Load(c + 3 * ldc + 8));
            (c40, c41) = (Vector256.Load(c + 4 * ldc), Vector256.Load(c + 4 * ldc + 8));
            (c50, c51) = (Vector256.Load(c + 5 * ldc), Vector256.Load(c + 5 * ldc + 8));
        }
        else
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = Vector256<float>.Zero;
        float* a1 = a + aRow, a2 = a + 2 * aRow, a3 = a + 3 * aRow, a4 = a + 4 * aRow, a5 = a + 5 * aRow;
        nint i = 0;
        for (float* end = b + (nint)depth * Nr; b != end; b += Nr, i += aColumn)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            Vector256<float> x = Vector256.Create(a[i]);
            c00 = Fma.MultiplyAdd(x, b0, c00);
            c01 = Fma.MultiplyAdd(x, b1, c01);
            x = Vector256.Create(a1[i]);
            c10 = Fma.MultiplyAdd(x, b0, c10);
            c11 = Fma.MultiplyAdd(x, b1, c11);
            x = Vector256.Create(a2[i]);
            c20 = Fma.MultiplyAdd(x, b0, c20);
            c21 = Fma.MultiplyAdd(x, b1, c21);
            x = Vector256.Create(a3[i]);
            c30 = Fma.MultiplyAdd(x, b0, c30);
            c31 = Fma.MultiplyAdd(x, b1, c31);
            x = Vector256.Create(a4[i]);
            c40 = Fma.MultiplyAdd(x, b0, c40);
            c41 = Fma.MultiplyAdd(x, b1, c41);
            x = Vector256.Create(a5[i]);
            c50 = Fma.MultiplyAdd(x, b0, c50);
            c51 = Fma.MultiplyAdd(x, b1, c51);
        }
        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c += ldc);
        c11.Store(c + 8);
        c20.Store(c += ldc);
        c21.Store(c + 8);
        c30.Store(c += ldc);
        c31.Store(c + 8);
        c40.Store(c += ldc);
        c41.Store(c + 8);
        c50.Store(c += ldc);
        c51.Store(c + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(int depth, float* a, nint aRow, nint aColumn, float* b, float* c, nint ldc, bool load)
    {
        Vector256<float> c00, c01, c10, c11, c20, c21, c30, c31;
        if (load)
        {
            (c00, c01) = (Vector256.Load(c), Vector256.Load(c + 8));
            (c10, c11) = (Vector256.Load(c + ldc), Vector256.Load(c + ldc + 8));
            (c20, c21) = (Vector256.Load(c + 2 * ldc), Vector256.Load(c + 2 * ldc + 8));
            (c30, c31) = (Vector256.Load(c + 3 * ldc), Vector256.Load(c + 3 * ldc + 8));
        }
        else
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = Vector256<float>.Zero;
        float* a1 = a + aRow, a2 = a + 2 * aRow, a3 = a + 3 * aRow;
        nint i = 0;
        for (float* end = b + (nint)depth * Nr; b != end; b += Nr, i += aColumn)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            Vector256<float> x = Vector256.Create(a[i]);
            c00 = Fma.MultiplyAdd(x, b0, c00);
            c01 = Fma.MultiplyAdd(x, b1, c01);
            x = Vector256.Create(a1[i]);
            c10 = Fma.MultiplyAdd(x, b0, c10);
            c11 = Fma.MultiplyAdd(x, b1, c11);
            x = Vector256.Create(a2[i]);
            c20 = Fma.MultiplyAdd(x, b0, c20);
            c21 = Fma.MultiplyAdd(x, b1, c21);
            x = Vector256.Create(a3[i]);
            c30 = Fma.MultiplyAdd(x, b0, c30);
            c31 = Fma.MultiplyAdd(x, b1, c31);
        }
        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c += ldc);
        c11.Store(c + 8);
        c20.Store(c += ldc);
        c21.Store(c + 8);
        c30.Store(c += ldc);
        c31.Store(c + 8);
    }

    private static void Row1(int depth, float* a, nint aColumn, float* b, float* c, bool load)
    {
        Vector256<float> c0 = load ? Vector256.Load(c) : default, c1 = load ? Vector256.Load(c + 8) : default;
        for (float* end = b + (nint)depth * Nr; b != end; b += Nr, a += aColumn)
        {
            Vector256<float> x = Vector256.Create(*a);
            c0 = Fma.MultiplyAdd(x, Vector256.Load(b), c0);
            c1 = Fma.MultiplyAdd(x, Vector256.Load(b + 8), c1);
        }
        c0.Store(c);
        c1.Store(c + 8);
    }

    private static void Portable(int depth, float* a, nint aColumn, float* b, float* c, bool load)
    {
        Vector128<float> c0 = default, c1 = default, c2 = default, c3 = default;
        if (load)
            (c0, c1, c2, c3) = (Vector128.Load(c), Vector128.Load(c + 4), Vector128.Load(c + 8), Vector128.Load(c + 12));
        for (float* end = b + (nint)depth * Nr; b != end; b += Nr, a += aColumn)
        {
            Vector128<float> x = Vector128.Create(*a);
            c0 = Vector128.MultiplyAddEstimate(x, Vector128.Load(b), c0);
            c1 = Vector128.MultiplyAddEstimate(x, Vector128.Load(b + 4), c1);
            c2 = Vector128.MultiplyAddEstimate(x, Vector128.Load(b + 8), c2);
            c3 = Vector128.MultiplyAddEstimate(x, Vector128.Load(b + 12), c3);
        }
        c0.Store(c);
        c1.Store(c + 4);
        c2.Store(c + 8);
        c3.Store(c + 12);
    }
}
