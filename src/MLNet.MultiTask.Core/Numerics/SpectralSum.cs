using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Σ w_p·v_p·v_pᵀ over rows v_p with w_p &gt; 0, packed; panels of 16 columns, 4×16 results in registers.
/// </summary>
internal sealed class SpectralSum(int n)
{
    private const int Panel = 16;
    private const int ParallelFrom = 96;

    private readonly double[] _panels = new double[(n + Panel - 1) / Panel * Panel * n];

    /// <summary>Adds the sum to <paramref name="target"/>.</summary>
    /// <param name="vectors">n×n, one vector a row.</param>
    /// <param name="weights">Length n, not negative; rows of weight 0 are skipped.</param>
    /// <param name="target">Packed lower triangle.</param>
    /// <param name="threads">Threads used at most; every entry is summed in the same order for any number.</param>
    public void AddTo(double[] vectors, ReadOnlySpan<double> weights, double[] target, int threads)
    {
        int rank = Pack(vectors, weights), panels = (n + Panel - 1) / Panel;
        if (threads > 1 && n >= ParallelFrom)
            Parallel.For(0, panels, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => Rows(panels - 1 - i, rank, target));
        else
            for (int i = 0; i < panels; i++)
                Rows(i, rank, target);
    }

    private int Pack(double[] vectors, ReadOnlySpan<double> weights)
    {
        int rank = 0;
        for (int p = 0; p < n; p++)
            rank += weights[p] > 0 ? 1 : 0;
        int row = 0;
        for (int p = 0; p < n; p++)
        {
            if (!(weights[p] > 0))
                continue;
            double scale = Math.Sqrt(weights[p]);
            for (int c = 0; c < n; c++)
                _panels[(c / Panel * rank + row) * Panel + c % Panel] = scale * vectors[p * n + c];
            row++;
        }
        for (int c = n; c % Panel != 0; c++)
            for (int p = 0; p < rank; p++)
                _panels[(c / Panel * rank + p) * Panel + c % Panel] = 0;
        return rank;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(int panel, int rank, double[] target)
    {
        Span<double> tile = stackalloc double[4 * Panel];
        for (int first = panel * Panel; first < Math.Min(n, (panel + 1) * Panel); first += 4)
            for (int other = 0; other <= panel; other++)
            {
                Tile(ref _panels[panel * rank * Panel + first % Panel], ref _panels[other * rank * Panel], rank, tile);
                for (int i = first; i < Math.Min(n, first + 4); i++)
                    for (int j = other * Panel; j < Math.Min(i + 1, (other + 1) * Panel); j++)
                        target[Packed.RowStart(i) + j] += tile[(i - first) * Panel + j % Panel];
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(ref double left, ref double right, int rank, Span<double> tile)
    {
        Vector512<double> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 =
            default, d1 = default;
        for (int p = 0; p < rank; p++)
        {
            nuint at = (nuint)(p * Panel);
            Vector512<double> r0 = Vector512.LoadUnsafe(ref right, at), r1 = Vector512.LoadUnsafe(ref right, at + 8);
            Vector512<double> l0 = Broadcast(ref left, at), l1 = Broadcast(ref left, at + 1);
            Vector512<double> l2 = Broadcast(ref left, at + 2), l3 = Broadcast(ref left, at + 3);
            (a0, a1) = (Vector512.MultiplyAddEstimate(l0, r0, a0), Vector512.MultiplyAddEstimate(l0, r1, a1));
            (b0, b1) = (Vector512.MultiplyAddEstimate(l1, r0, b0), Vector512.MultiplyAddEstimate(l1, r1, b1));
            (c0, c1) = (Vector512.MultiplyAddEstimate(l2, r0, c0), Vector512.MultiplyAddEstimate(l2, r1, c1));
            (d0, d1) = (Vector512.MultiplyAddEstimate(l3, r0, d0), Vector512.MultiplyAddEstimate(l3, r1, d1));
        }
        a0.CopyTo(tile);
        a1.CopyTo(tile[8..]);
        b0.CopyTo(tile[16..]);
        b1.CopyTo(tile[24..]);
        c0.CopyTo(tile[32..]);
        c1.CopyTo(tile[40..]);
        d0.CopyTo(tile[48..]);
        d1.CopyTo(tile[56..]);
    }

    private static Vector512<double> Broadcast(ref double start, nuint at) =>
        Vector512.Create(System.Runtime.CompilerServices.Unsafe.Add(ref start, at));
}
