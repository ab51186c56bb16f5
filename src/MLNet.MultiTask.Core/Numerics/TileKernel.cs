using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Numerics;

/// <summary>The register tiles of <see cref="PanelProduct"/>: 8, 6, 4 or 1 rows by two vectors of C.</summary>
internal static unsafe class TileKernel
{
    /// <summary>
    /// All rows of two vectors' worth of columns: lanes from <c>lane0</c> of one panel and <c>lane1</c> of another.
    /// </summary>
    public static void Columns<T>(in PanelProduct p, int rows, int panel0, int lane0, int panel1, int lane1, bool wide)
        where T : struct, ILanes<T>
    {
        float* b0 = p.B + panel0 * p.BPanel + lane0, b1 = p.B + panel1 * p.BPanel + lane1;
        float* c0 = p.C + panel0 * p.CPanel + lane0, c1 = p.C + panel1 * p.CPanel + lane1;
        float* s0 = p.Start, s1 = null, a = p.A;
        if (s0 != null)
        {
            s1 = s0 + panel1 * p.StartPanel + lane1;
            s0 += panel0 * p.StartPanel + lane0;
        }
        for (int done = 0; done < rows;)
        {
            int left = rows - done, step;
            if (wide && left >= 8)
            {
                step = 8;
                Rows8<T>(p, a, b0, b1, c0, c1, s0, s1);
            }
            else if (left >= 6)
            {
                step = 6;
                Rows6<T>(p, a, b0, b1, c0, c1, s0, s1);
            }
            else if (left >= 4)
            {
                step = 4;
                Rows4<T>(p, a, b0, b1, c0, c1, s0, s1);
            }
            else
            {
                step = 1;
                Row1<T>(p, a, b0, b1, c0, c1, s0, s1);
            }
            done += step;
            a += step * p.ARow;
            c0 += step * p.CRow;
            c1 += step * p.CRow;
            if (s0 != null)
            {
                s0 += step * p.StartRow;
                s1 += step * p.StartRow;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8<T>(in PanelProduct p, float* a, float* b0, float* b1, float* c0, float* c1,
        float* s0, float* s1)
        where T : struct, ILanes<T>
    {
        T x0 = default, y0 = default, x1 = default, y1 = default, x2 = default, y2 = default,
            x3 = default, y3 = default;
        T x4 = default, y4 = default, x5 = default, y5 = default, x6 = default, y6 = default,
            x7 = default, y7 = default;
        if (s0 != null)
        {
            nint s = p.StartRow;
            (x0, y0) = (T.Load(s0), T.Load(s1));
            (x1, y1) = (T.Load(s0 + s), T.Load(s1 + s));
            (x2, y2) = (T.Load(s0 + 2 * s), T.Load(s1 + 2 * s));
            (x3, y3) = (T.Load(s0 + 3 * s), T.Load(s1 + 3 * s));
            (x4, y4) = (T.Load(s0 + 4 * s), T.Load(s1 + 4 * s));
            (x5, y5) = (T.Load(s0 + 5 * s), T.Load(s1 + 5 * s));
            (x6, y6) = (T.Load(s0 + 6 * s), T.Load(s1 + 6 * s));
            (x7, y7) = (T.Load(s0 + 7 * s), T.Load(s1 + 7 * s));
        }
        nint step = p.AColumn;
        float* a1 = a + p.ARow, a2 = a + 2 * p.ARow, a3 = a + 3 * p.ARow, a4 = a + 4 * p.ARow;
        float* a5 = a + 5 * p.ARow, a6 = a + 6 * p.ARow, a7 = a + 7 * p.ARow;
        nint jump = p.AJump - p.ARun * step, row = p.BRow;
        nint i = 0;
        for (int left = p.Depth; left > 0; left -= p.ARun, i += jump)
            for (float* end = b0 + Math.Min(left, p.ARun) * row; b0 != end; b0 += row, b1 += row, i += step)
            {
                T u = T.Load(b0), v = T.Load(b1);
                T w = T.Broadcast(a[i]);
                x0 = T.MultiplyAdd(w, u, x0);
                y0 = T.MultiplyAdd(w, v, y0);
                w = T.Broadcast(a1[i]);
                x1 = T.MultiplyAdd(w, u, x1);
                y1 = T.MultiplyAdd(w, v, y1);
                w = T.Broadcast(a2[i]);
                x2 = T.MultiplyAdd(w, u, x2);
                y2 = T.MultiplyAdd(w, v, y2);
                w = T.Broadcast(a3[i]);
                x3 = T.MultiplyAdd(w, u, x3);
                y3 = T.MultiplyAdd(w, v, y3);
                w = T.Broadcast(a4[i]);
                x4 = T.MultiplyAdd(w, u, x4);
                y4 = T.MultiplyAdd(w, v, y4);
                w = T.Broadcast(a5[i]);
                x5 = T.MultiplyAdd(w, u, x5);
                y5 = T.MultiplyAdd(w, v, y5);
                w = T.Broadcast(a6[i]);
                x6 = T.MultiplyAdd(w, u, x6);
                y6 = T.MultiplyAdd(w, v, y6);
                w = T.Broadcast(a7[i]);
                x7 = T.MultiplyAdd(w, u, x7);
                y7 = T.MultiplyAdd(w, v, y7);
            }
        nint c = p.CRow;
        x0.Store(c0);
        y0.Store(c1);
        x1.Store(c0 + c);
        y1.Store(c1 + c);
        x2.Store(c0 + 2 * c);
        y2.Store(c1 + 2 * c);
        x3.Store(c0 + 3 * c);
        y3.Store(c1 + 3 * c);
        x4.Store(c0 + 4 * c);
        y4.Store(c1 + 4 * c);
        x5.Store(c0 + 5 * c);
        y5.Store(c1 + 5 * c);
        x6.Store(c0 + 6 * c);
        y6.Store(c1 + 6 * c);
        x7.Store(c0 + 7 * c);
        y7.Store(c1 + 7 * c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6<T>(in PanelProduct p, float* a, float* b0, float* b1, float* c0, float* c1,
        float* s0, float* s1)
        where T : struct, ILanes<T>
    {
        T x0 = default, y0 = default, x1 = default, y1 = default, x2 = default, y2 = default,
            x3 = default, y3 = default;
        T x4 = default, y4 = default, x5 = default, y5 = default;
        if (s0 != null)
        {
            nint s = p.StartRow;
            (x0, y0) = (T.Load(s0), T.Load(s1));
            (x1, y1) = (T.Load(s0 + s), T.Load(s1 + s));
            (x2, y2) = (T.Load(s0 + 2 * s), T.Load(s1 + 2 * s));
            (x3, y3) = (T.Load(s0 + 3 * s), T.Load(s1 + 3 * s));
            (x4, y4) = (T.Load(s0 + 4 * s), T.Load(s1 + 4 * s));
            (x5, y5) = (T.Load(s0 + 5 * s), T.Load(s1 + 5 * s));
        }
        nint step = p.AColumn;
        float* a1 = a + p.ARow, a2 = a + 2 * p.ARow, a3 = a + 3 * p.ARow, a4 = a + 4 * p.ARow;
        float* a5 = a + 5 * p.ARow;
        nint jump = p.AJump - p.ARun * step, row = p.BRow;
        nint i = 0;
        for (int left = p.Depth; left > 0; left -= p.ARun, i += jump)
            for (float* end = b0 + Math.Min(left, p.ARun) * row; b0 != end; b0 += row, b1 += row, i += step)
            {
                T u = T.Load(b0), v = T.Load(b1);
                T w = T.Broadcast(a[i]);
                x0 = T.MultiplyAdd(w, u, x0);
                y0 = T.MultiplyAdd(w, v, y0);
                w = T.Broadcast(a1[i]);
                x1 = T.MultiplyAdd(w, u, x1);
                y1 = T.MultiplyAdd(w, v, y1);
                w = T.Broadcast(a2[i]);
                x2 = T.MultiplyAdd(w, u, x2);
                y2 = T.MultiplyAdd(w, v, y2);
                w = T.Broadcast(a3[i]);
                x3 = T.MultiplyAdd(w, u, x3);
                y3 = T.MultiplyAdd(w, v, y3);
                w = T.Broadcast(a4[i]);
                x4 = T.MultiplyAdd(w, u, x4);
                y4 = T.MultiplyAdd(w, v, y4);
                w = T.Broadcast(a5[i]);
                x5 = T.MultiplyAdd(w, u, x5);
                y5 = T.MultiplyAdd(w, v, y5);
            }
        nint c = p.CRow;
        x0.Store(c0);
        y0.Store(c1);
        x1.Store(c0 + c);
        y1.Store(c1 + c);
        x2.Store(c0 + 2 * c);
        y2.Store(c1 + 2 * c);
        x3.Store(c0 + 3 * c);
        y3.Store(c1 + 3 * c);
        x4.Store(c0 + 4 * c);
        y4.Store(c1 + 4 * c);
        x5.Store(c0 + 5 * c);
        y5.Store(c1 + 5 * c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4<T>(in PanelProduct p, float* a, float* b0, float* b1, float* c0, float* c1,
        float* s0, float* s1)
        where T : struct, ILanes<T>
    {
        T x0 = default, y0 = default, x1 = default, y1 = default, x2 = default, y2 = default,
            x3 = default, y3 = default;
        if (s0 != null)
        {
            nint s = p.StartRow;
            (x0, y0) = (T.Load(s0), T.Load(s1));
            (x1, y1) = (T.Load(s0 + s), T.Load(s1 + s));
            (x2, y2) = (T.Load(s0 + 2 * s), T.Load(s1 + 2 * s));
            (x3, y3) = (T.Load(s0 + 3 * s), T.Load(s1 + 3 * s));
        }
        nint step = p.AColumn;
        float* a1 = a + p.ARow, a2 = a + 2 * p.ARow, a3 = a + 3 * p.ARow;
        nint jump = p.AJump - p.ARun * step, row = p.BRow;
        nint i = 0;
        for (int left = p.Depth; left > 0; left -= p.ARun, i += jump)
            for (float* end = b0 + Math.Min(left, p.ARun) * row; b0 != end; b0 += row, b1 += row, i += step)
            {
                T u = T.Load(b0), v = T.Load(b1);
                T w = T.Broadcast(a[i]);
                x0 = T.MultiplyAdd(w, u, x0);
                y0 = T.MultiplyAdd(w, v, y0);
                w = T.Broadcast(a1[i]);
                x1 = T.MultiplyAdd(w, u, x1);
                y1 = T.MultiplyAdd(w, v, y1);
                w = T.Broadcast(a2[i]);
                x2 = T.MultiplyAdd(w, u, x2);
                y2 = T.MultiplyAdd(w, v, y2);
                w = T.Broadcast(a3[i]);
                x3 = T.MultiplyAdd(w, u, x3);
                y3 = T.MultiplyAdd(w, v, y3);
            }
        nint c = p.CRow;
        x0.Store(c0);
        y0.Store(c1);
        x1.Store(c0 + c);
        y1.Store(c1 + c);
        x2.Store(c0 + 2 * c);
        y2.Store(c1 + 2 * c);
        x3.Store(c0 + 3 * c);
        y3.Store(c1 + 3 * c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row1<T>(in PanelProduct p, float* a, float* b0, float* b1, float* c0, float* c1,
        float* s0, float* s1)
        where T : struct, ILanes<T>
    {
        T x0 = default, y0 = default;
        if (s0 != null)
        {
            (x0, y0) = (T.Load(s0), T.Load(s1));
        }
        nint step = p.AColumn;
        nint jump = p.AJump - p.ARun * step, row = p.BRow;
        nint i = 0;
        for (int left = p.Depth; left > 0; left -= p.ARun, i += jump)
            for (float* end = b0 + Math.Min(left, p.ARun) * row; b0 != end; b0 += row, b1 += row, i += step)
            {
                T u = T.Load(b0), v = T.Load(b1);
                T w = T.Broadcast(a[i]);
                x0 = T.MultiplyAdd(w, u, x0);
                y0 = T.MultiplyAdd(w, v, y0);
            }
        x0.Store(c0);
        y0.Store(c1);
    }
}
