using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MLNet.MultiTask.Numerics;

/// <summary>The register tiles of <see cref="PanelProduct"/>: 8, 6, 4 or 1 rows by two vectors of C.</summary>
internal static unsafe class TileKernel
{
    /// <summary>
    /// All rows of two vectors' worth of columns: lanes from <c>lane0</c> of one panel and <c>lane1</c> of another.
    /// </summary>
    public static void Columns<TLanes, T>(in PanelProduct p, int rows, int panel0, int lane0, int panel1, int lane1,
        bool wide)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        var at = new Tile(p, panel0, lane0, panel1, lane1);
        for (int left = rows; left > 0;)
        {
            int step = wide && left >= 8 ? 8 : left >= 6 ? 6 : left >= 4 ? 4 : 1;
            if (wide)
                at.PrefetchNext(p, step, Math.Min(2 * step, left));
            if (step == 8)
                Rows8<TLanes, T>(p, at);
            else if (step == 6)
                Rows6<TLanes, T>(p, at);
            else if (step == 4)
                Rows4<TLanes, T>(p, at);
            else
                Row1<TLanes, T>(p, at);
            left -= step;
            at.Advance(p, step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8<TLanes, T>(in PanelProduct p, in Tile at)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T x0 = default, y0 = default, x1 = default, y1 = default, x2 = default, y2 = default, x3 = default,
            y3 = default, x4 = default, y4 = default, x5 = default, y5 = default, x6 = default, y6 = default,
            x7 = default, y7 = default;
        if (at.Start0 != null)
        {
            nint s = p.StartRow;
            (x0, y0) = (TLanes.Load(at.Start0), TLanes.Load(at.Start1));
            (x1, y1) = (TLanes.Load(at.Start0 + s), TLanes.Load(at.Start1 + s));
            (x2, y2) = (TLanes.Load(at.Start0 + 2 * s), TLanes.Load(at.Start1 + 2 * s));
            (x3, y3) = (TLanes.Load(at.Start0 + 3 * s), TLanes.Load(at.Start1 + 3 * s));
            (x4, y4) = (TLanes.Load(at.Start0 + 4 * s), TLanes.Load(at.Start1 + 4 * s));
            (x5, y5) = (TLanes.Load(at.Start0 + 5 * s), TLanes.Load(at.Start1 + 5 * s));
            (x6, y6) = (TLanes.Load(at.Start0 + 6 * s), TLanes.Load(at.Start1 + 6 * s));
            (x7, y7) = (TLanes.Load(at.Start0 + 7 * s), TLanes.Load(at.Start1 + 7 * s));
        }
        float* a = at.A, a4 = a + 4 * p.ARow, b0 = at.B0, b1 = at.B1;
        nint r = p.ARow, r3 = 3 * p.ARow, step = p.AColumn, row = p.BRow, jump = p.AJump - p.ARun * step;
        for (int left = p.Depth; left > 0; left -= p.ARun, a += jump, a4 += jump)
            for (float* end = b0 + Math.Min(left, p.ARun) * row; b0 != end; b0 += row, b1 += row, a += step, a4 += step)
            {
                T u = TLanes.Load(b0), v = TLanes.Load(b1), w;
                w = TLanes.Broadcast(*a);
                x0 = TLanes.MultiplyAdd(w, u, x0);
                y0 = TLanes.MultiplyAdd(w, v, y0);
                w = TLanes.Broadcast(a[r]);
                x1 = TLanes.MultiplyAdd(w, u, x1);
                y1 = TLanes.MultiplyAdd(w, v, y1);
                w = TLanes.Broadcast(a[2 * r]);
                x2 = TLanes.MultiplyAdd(w, u, x2);
                y2 = TLanes.MultiplyAdd(w, v, y2);
                w = TLanes.Broadcast(a[r3]);
                x3 = TLanes.MultiplyAdd(w, u, x3);
                y3 = TLanes.MultiplyAdd(w, v, y3);
                w = TLanes.Broadcast(*a4);
                x4 = TLanes.MultiplyAdd(w, u, x4);
                y4 = TLanes.MultiplyAdd(w, v, y4);
                w = TLanes.Broadcast(a4[r]);
                x5 = TLanes.MultiplyAdd(w, u, x5);
                y5 = TLanes.MultiplyAdd(w, v, y5);
                w = TLanes.Broadcast(a4[2 * r]);
                x6 = TLanes.MultiplyAdd(w, u, x6);
                y6 = TLanes.MultiplyAdd(w, v, y6);
                w = TLanes.Broadcast(a4[r3]);
                x7 = TLanes.MultiplyAdd(w, u, x7);
                y7 = TLanes.MultiplyAdd(w, v, y7);
            }
        nint c = p.CRow;
        TLanes.Store(x0, at.C0);
        TLanes.Store(y0, at.C1);
        TLanes.Store(x1, at.C0 + c);
        TLanes.Store(y1, at.C1 + c);
        TLanes.Store(x2, at.C0 + 2 * c);
        TLanes.Store(y2, at.C1 + 2 * c);
        TLanes.Store(x3, at.C0 + 3 * c);
        TLanes.Store(y3, at.C1 + 3 * c);
        TLanes.Store(x4, at.C0 + 4 * c);
        TLanes.Store(y4, at.C1 + 4 * c);
        TLanes.Store(x5, at.C0 + 5 * c);
        TLanes.Store(y5, at.C1 + 5 * c);
        TLanes.Store(x6, at.C0 + 6 * c);
        TLanes.Store(y6, at.C1 + 6 * c);
        TLanes.Store(x7, at.C0 + 7 * c);
        TLanes.Store(y7, at.C1 + 7 * c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6<TLanes, T>(in PanelProduct p, in Tile at)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T x0 = default, y0 = default, x1 = default, y1 = default, x2 = default, y2 = default, x3 = default,
            y3 = default, x4 = default, y4 = default, x5 = default, y5 = default;
        if (at.Start0 != null)
        {
            nint s = p.StartRow;
            (x0, y0) = (TLanes.Load(at.Start0), TLanes.Load(at.Start1));
            (x1, y1) = (TLanes.Load(at.Start0 + s), TLanes.Load(at.Start1 + s));
            (x2, y2) = (TLanes.Load(at.Start0 + 2 * s), TLanes.Load(at.Start1 + 2 * s));
            (x3, y3) = (TLanes.Load(at.Start0 + 3 * s), TLanes.Load(at.Start1 + 3 * s));
            (x4, y4) = (TLanes.Load(at.Start0 + 4 * s), TLanes.Load(at.Start1 + 4 * s));
            (x5, y5) = (TLanes.Load(at.Start0 + 5 * s), TLanes.Load(at.Start1 + 5 * s));
        }
        float* a = at.A, a4 = a + 4 * p.ARow, b0 = at.B0, b1 = at.B1;
        nint r = p.ARow, r3 = 3 * p.ARow, step = p.AColumn, row = p.BRow, jump = p.AJump - p.ARun * step;
        for (int left = p.Depth; left > 0; left -= p.ARun, a += jump, a4 += jump)
            for (float* end = b0 + Math.Min(left, p.ARun) * row; b0 != end; b0 += row, b1 += row, a += step, a4 += step)
            {
                T u = TLanes.Load(b0), v = TLanes.Load(b1), w;
                w = TLanes.Broadcast(*a);
                x0 = TLanes.MultiplyAdd(w, u, x0);
                y0 = TLanes.MultiplyAdd(w, v, y0);
                w = TLanes.Broadcast(a[r]);
                x1 = TLanes.MultiplyAdd(w, u, x1);
                y1 = TLanes.MultiplyAdd(w, v, y1);
                w = TLanes.Broadcast(a[2 * r]);
                x2 = TLanes.MultiplyAdd(w, u, x2);
                y2 = TLanes.MultiplyAdd(w, v, y2);
                w = TLanes.Broadcast(a[r3]);
                x3 = TLanes.MultiplyAdd(w, u, x3);
                y3 = TLanes.MultiplyAdd(w, v, y3);
                w = TLanes.Broadcast(*a4);
                x4 = TLanes.MultiplyAdd(w, u, x4);
                y4 = TLanes.MultiplyAdd(w, v, y4);
                w = TLanes.Broadcast(a4[r]);
                x5 = TLanes.MultiplyAdd(w, u, x5);
                y5 = TLanes.MultiplyAdd(w, v, y5);
            }
        nint c = p.CRow;
        TLanes.Store(x0, at.C0);
        TLanes.Store(y0, at.C1);
        TLanes.Store(x1, at.C0 + c);
        TLanes.Store(y1, at.C1 + c);
        TLanes.Store(x2, at.C0 + 2 * c);
        TLanes.Store(y2, at.C1 + 2 * c);
        TLanes.Store(x3, at.C0 + 3 * c);
        TLanes.Store(y3, at.C1 + 3 * c);
        TLanes.Store(x4, at.C0 + 4 * c);
        TLanes.Store(y4, at.C1 + 4 * c);
        TLanes.Store(x5, at.C0 + 5 * c);
        TLanes.Store(y5, at.C1 + 5 * c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4<TLanes, T>(in PanelProduct p, in Tile at)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T x0 = default, y0 = default, x1 = default, y1 = default, x2 = default, y2 = default, x3 = default,
            y3 = default;
        if (at.Start0 != null)
        {
            nint s = p.StartRow;
            (x0, y0) = (TLanes.Load(at.Start0), TLanes.Load(at.Start1));
            (x1, y1) = (TLanes.Load(at.Start0 + s), TLanes.Load(at.Start1 + s));
            (x2, y2) = (TLanes.Load(at.Start0 + 2 * s), TLanes.Load(at.Start1 + 2 * s));
            (x3, y3) = (TLanes.Load(at.Start0 + 3 * s), TLanes.Load(at.Start1 + 3 * s));
        }
        float* a = at.A, b0 = at.B0, b1 = at.B1;
        nint r = p.ARow, r3 = 3 * p.ARow, step = p.AColumn, row = p.BRow, jump = p.AJump - p.ARun * step;
        for (int left = p.Depth; left > 0; left -= p.ARun, a += jump)
            for (float* end = b0 + Math.Min(left, p.ARun) * row; b0 != end; b0 += row, b1 += row, a += step)
            {
                T u = TLanes.Load(b0), v = TLanes.Load(b1), w;
                w = TLanes.Broadcast(*a);
                x0 = TLanes.MultiplyAdd(w, u, x0);
                y0 = TLanes.MultiplyAdd(w, v, y0);
                w = TLanes.Broadcast(a[r]);
                x1 = TLanes.MultiplyAdd(w, u, x1);
                y1 = TLanes.MultiplyAdd(w, v, y1);
                w = TLanes.Broadcast(a[2 * r]);
                x2 = TLanes.MultiplyAdd(w, u, x2);
                y2 = TLanes.MultiplyAdd(w, v, y2);
                w = TLanes.Broadcast(a[r3]);
                x3 = TLanes.MultiplyAdd(w, u, x3);
                y3 = TLanes.MultiplyAdd(w, v, y3);
            }
        nint c = p.CRow;
        TLanes.Store(x0, at.C0);
        TLanes.Store(y0, at.C1);
        TLanes.Store(x1, at.C0 + c);
        TLanes.Store(y1, at.C1 + c);
        TLanes.Store(x2, at.C0 + 2 * c);
        TLanes.Store(y2, at.C1 + 2 * c);
        TLanes.Store(x3, at.C0 + 3 * c);
        TLanes.Store(y3, at.C1 + 3 * c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row1<TLanes, T>(in PanelProduct p, in Tile at)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T x0 = default, y0 = default;
        if (at.Start0 != null)
        {
            (x0, y0) = (TLanes.Load(at.Start0), TLanes.Load(at.Start1));
        }
        float* a = at.A, b0 = at.B0, b1 = at.B1;
        nint step = p.AColumn, row = p.BRow, jump = p.AJump - p.ARun * step;
        for (int left = p.Depth; left > 0; left -= p.ARun, a += jump)
            for (float* end = b0 + Math.Min(left, p.ARun) * row; b0 != end; b0 += row, b1 += row, a += step)
            {
                T u = TLanes.Load(b0), v = TLanes.Load(b1), w;
                w = TLanes.Broadcast(*a);
                x0 = TLanes.MultiplyAdd(w, u, x0);
                y0 = TLanes.MultiplyAdd(w, v, y0);
            }
        TLanes.Store(x0, at.C0);
        TLanes.Store(y0, at.C1);
    }

    /// <summary>Where a tile's operands begin.</summary>
    private unsafe struct Tile(in PanelProduct p, int panel0, int lane0, int panel1, int lane1)
    {
        public readonly float* B0 = p.B + panel0 * p.BPanel + lane0;
        public readonly float* B1 = p.B + panel1 * p.BPanel + lane1;
        public float* A = p.A;
        public float* C0 = p.C + panel0 * p.CPanel + lane0;
        public float* C1 = p.C + panel1 * p.CPanel + lane1;
        public float* Start0 = p.Start == null ? null : p.Start + panel0 * p.StartPanel + lane0;
        public float* Start1 = p.Start == null ? null : p.Start + panel1 * p.StartPanel + lane1;

        // Rows of C are often pages apart, so that the hardware does not see where the next tile lies.
        public readonly void PrefetchNext(in PanelProduct p, int from, int to)
        {
            for (int row = from; row < to; row++)
            {
                Sse.Prefetch0(C0 + row * p.CRow);
                Sse.Prefetch0(C1 + row * p.CRow);
            }
        }

        public void Advance(in PanelProduct p, int rows)
        {
            A += rows * p.ARow;
            C0 += rows * p.CRow;
            C1 += rows * p.CRow;
            if (Start0 == null)
                return;
            Start0 += rows * p.StartRow;
            Start1 += rows * p.StartRow;
        }
    }
}
