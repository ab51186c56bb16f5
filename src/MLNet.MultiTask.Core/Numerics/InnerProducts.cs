using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Inner products of float vectors in double precision, where products are exact. Tiles of 4×4 products are summed over
/// eight fixed lanes and segment by segment, so the bits do not depend on the number of threads.
/// </summary>
internal static class InnerProducts
{
    private const int Tile = 4;
    private const int Lanes = 8;
    private const int Segment = 2048;

    /// <summary>gram[i, j] += ⟨vector i, vector j⟩ for all i and j; symmetric.</summary>
    /// <param name="vectors">count × size, row-major.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="size">Length of each.</param>
    /// <param name="gram">count × count; its upper triangle is overwritten by the lower one.</param>
    /// <param name="threads">Threads used at most.</param>
    public static void AddGram(float[] vectors, int count, int size, double[] gram, int threads)
    {
        int tiles = (count + Tile - 1) / Tile;
        // The longest row of tiles first, so that no thread is left alone with it.
        Parallel.For(0, tiles, new ParallelOptions { MaxDegreeOfParallelism = threads }, t =>
            AddRow(vectors, count, size, gram, (tiles - 1 - t) * Tile));
        for (int i = 0; i < count; i++)
            for (int j = 0; j < i; j++)
                gram[j * count + i] = gram[i * count + j];
    }

    private static void AddRow(float[] vectors, int count, int size, double[] gram, int i)
    {
        Span<double> sums = stackalloc double[Tile * Tile];
        for (int from = 0; from < size; from += Segment)
        {
            int length = Math.Min(Segment, size - from);
            for (int j = 0; j <= i; j += Tile)
            {
                AddTile(ref MemoryMarshal.GetArrayDataReference(vectors), Offsets(i), Offsets(j), length, sums);
                for (int a = 0; a < Math.Min(Tile, count - i); a++)
                    for (int b = 0; b < Math.Min(Tile, i + a - j + 1); b++)
                        gram[(i + a) * count + j + b] += sums[a * Tile + b];
            }

            // Beyond the last vector the last is repeated, and its products are not used.
            (nuint, nuint, nuint, nuint) Offsets(int first) =>
                (Offset(first), Offset(first + 1), Offset(first + 2), Offset(first + 3));
            nuint Offset(int vector) => (nuint)Math.Min(vector, count - 1) * (nuint)size + (nuint)from;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(ref float v, (nuint, nuint, nuint, nuint) i, (nuint, nuint, nuint, nuint) j, int length,
        Span<double> sums)
    {
        Vector512<double> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<double> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<double> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<double> s30 = default, s31 = default, s32 = default, s33 = default;
        ref float i0 = ref Unsafe.Add(ref v, i.Item1), i1 = ref Unsafe.Add(ref v, i.Item2);
        ref float i2 = ref Unsafe.Add(ref v, i.Item3), i3 = ref Unsafe.Add(ref v, i.Item4);
        ref float j0 = ref Unsafe.Add(ref v, j.Item1), j1 = ref Unsafe.Add(ref v, j.Item2);
        ref float j2 = ref Unsafe.Add(ref v, j.Item3), j3 = ref Unsafe.Add(ref v, j.Item4);
        int whole = length / Lanes * Lanes;
        for (int k = 0; k < whole; k += Lanes)
        {
            Vector512<double> y0 = Wide(ref j0, k), y1 = Wide(ref j1, k), y2 = Wide(ref j2, k), y3 = Wide(ref j3, k);
            Vector512<double> x = Wide(ref i0, k);
            (s00, s01, s02, s03) = (Fma(x, y0, s00), Fma(x, y1, s01), Fma(x, y2, s02), Fma(x, y3, s03));
            x = Wide(ref i1, k);
            (s10, s11, s12, s13) = (Fma(x, y0, s10), Fma(x, y1, s11), Fma(x, y2, s12), Fma(x, y3, s13));
            x = Wide(ref i2, k);
            (s20, s21, s22, s23) = (Fma(x, y0, s20), Fma(x, y1, s21), Fma(x, y2, s22), Fma(x, y3, s23));
            x = Wide(ref i3, k);
            (s30, s31, s32, s33) = (Fma(x, y0, s30), Fma(x, y1, s31), Fma(x, y2, s32), Fma(x, y3, s33));
        }
        Sum(s00, s01, s02, s03, sums);
        Sum(s10, s11, s12, s13, sums[Tile..]);
        Sum(s20, s21, s22, s23, sums[(2 * Tile)..]);
        Sum(s30, s31, s32, s33, sums[(3 * Tile)..]);
        for (int k = whole; k < length; k++)
        {
            ReadOnlySpan<double> x =
                [Unsafe.Add(ref i0, k), Unsafe.Add(ref i1, k), Unsafe.Add(ref i2, k), Unsafe.Add(ref i3, k)];
            ReadOnlySpan<double> y =
                [Unsafe.Add(ref j0, k), Unsafe.Add(ref j1, k), Unsafe.Add(ref j2, k), Unsafe.Add(ref j3, k)];
            for (int s = 0; s < sums.Length; s++)
                sums[s] += x[s / Tile] * y[s % Tile];
        }
    }

    private static void Sum(Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d,
        Span<double> sums) => (sums[0], sums[1], sums[2], sums[3]) =
            (Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Wide(ref float start, int index)
    {
        Vector256<float> narrow = Vector256.LoadUnsafe(ref start, (nuint)index);
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512Double(narrow);
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(narrow);
        return Vector512.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Fma(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Vector512.MultiplyAddEstimate(x, y, z);
}
