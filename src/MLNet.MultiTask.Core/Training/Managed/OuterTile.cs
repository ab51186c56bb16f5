using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Sums of outer products of up to four numbers with a row of lanes, over a list of places:
/// C[i] = Σₖ A[i][k]·B[k]. Every number is one chain of multiply-adds in the order of the list.
/// </summary>
internal unsafe struct OuterTile
{
    /// <summary>Numbers at a time.</summary>
    public const int Height = 4;

    /// <summary>The places k to sum over.</summary>
    public int* Places;
    public int Count;

    /// <summary>So many first places count half.</summary>
    public int Halved;

    /// <summary>Number i at place k is <c>Ai[k·AStride]</c>.</summary>
    public float* A0, A1, A2, A3;
    public nint AStride;

    /// <summary>The lanes at place k begin at <c>B[k·BStride]</c>; with <see cref="IsDense"/> k counts the list's
    /// entries there.</summary>
    public float* B;
    public nint BStride;
    public bool IsDense;

    /// <summary>Where each number's sums go; all four are written, those not wanted to a place of no use.</summary>
    public float* C0, C1, C2, C3;

    /// <summary>Computes <paramref name="lanes"/> lanes, a multiple of 8.</summary>
    public readonly void Run(int lanes)
    {
        int lane = 0;
        for (; lane + 24 <= lanes; lane += 24)
            Three(lane);
        for (; lane < lanes; lane += 8)
            One(lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Three(int lane)
    {
        float* a0 = A0, a1 = A1, a2 = A2, a3 = A3, b = B + lane;
        int* places = Places;
        nint aStride = AStride, bStride = BStride;
        bool dense = IsDense;
        Vector256<float> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector256<float> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        for (int i = 0, end = Halved > 0 ? Halved : Count; i < Count; end = Count)
        {
            for (; i < end; i++)
            {
                nint k = places[i];
                float* row = b + (dense ? i : k) * bStride;
                Vector256<float> b0 = Vector256.Load(row), b1 = Vector256.Load(row + 8), b2 = Vector256.Load(row + 16);
                k *= aStride;
                Vector256<float> a = Vector256.Create(a0[k]);
                c00 = Vector256.FusedMultiplyAdd(a, b0, c00);
                c01 = Vector256.FusedMultiplyAdd(a, b1, c01);
                c02 = Vector256.FusedMultiplyAdd(a, b2, c02);
                a = Vector256.Create(a1[k]);
                c10 = Vector256.FusedMultiplyAdd(a, b0, c10);
                c11 = Vector256.FusedMultiplyAdd(a, b1, c11);
                c12 = Vector256.FusedMultiplyAdd(a, b2, c12);
                a = Vector256.Create(a2[k]);
                c20 = Vector256.FusedMultiplyAdd(a, b0, c20);
                c21 = Vector256.FusedMultiplyAdd(a, b1, c21);
                c22 = Vector256.FusedMultiplyAdd(a, b2, c22);
                a = Vector256.Create(a3[k]);
                c30 = Vector256.FusedMultiplyAdd(a, b0, c30);
                c31 = Vector256.FusedMultiplyAdd(a, b1, c31);
                c32 = Vector256.FusedMultiplyAdd(a, b2, c32);
            }
            if (Halved == 0 || end != Halved)
                continue;
            (c00, c01, c02, c10, c11, c12) = (c00 * 0.5f, c01 * 0.5f, c02 * 0.5f, c10 * 0.5f, c11 * 0.5f, c12 * 0.5f);
            (c20, c21, c22, c30, c31, c32) = (c20 * 0.5f, c21 * 0.5f, c22 * 0.5f, c30 * 0.5f, c31 * 0.5f, c32 * 0.5f);
        }
        Store(C0 + lane, c00, c01, c02);
        Store(C1 + lane, c10, c11, c12);
        Store(C2 + lane, c20, c21, c22);
        Store(C3 + lane, c30, c31, c32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void One(int lane)
    {
        float* a0 = A0, a1 = A1, a2 = A2, a3 = A3, b = B + lane;
        nint aStride = AStride, bStride = BStride;
        Vector256<float> c0 = default, c1 = default, c2 = default, c3 = default;
        for (int i = 0, end = Halved > 0 ? Halved : Count; i < Count; end = Count)
        {
            for (; i < end; i++)
            {
                nint k = Places[i];
                Vector256<float> row = Vector256.Load(b + (IsDense ? i : k) * bStride);
                k *= aStride;
                c0 = Vector256.FusedMultiplyAdd(Vector256.Create(a0[k]), row, c0);
                c1 = Vector256.FusedMultiplyAdd(Vector256.Create(a1[k]), row, c1);
                c2 = Vector256.FusedMultiplyAdd(Vector256.Create(a2[k]), row, c2);
                c3 = Vector256.FusedMultiplyAdd(Vector256.Create(a3[k]), row, c3);
            }
            if (Halved > 0 && end == Halved)
                (c0, c1, c2, c3) = (c0 * 0.5f, c1 * 0.5f, c2 * 0.5f, c3 * 0.5f);
        }
        c0.Store(C0 + lane);
        c1.Store(C1 + lane);
        c2.Store(C2 + lane);
        c3.Store(C3 + lane);
    }

    private static void Store(float* target, Vector256<float> a, Vector256<float> b, Vector256<float> c)
    {
        a.Store(target);
        b.Store(target + 8);
        c.Store(target + 16);
    }
}
