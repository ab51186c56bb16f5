using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Products with a sparse matrix whose rows are lists of (column, value), ascending. Every number is the same chain of
/// multiply-adds as in a <see cref="PanelProduct"/> of all cells; the cells left out are 0 and would not change it.
/// The dense matrix on the other side lies row by row, each padded to panels of 16.
/// </summary>
internal unsafe struct SparseProduct
{
    private const int Width = PanelProduct.Width;

    /// <summary>Columns of the entries.</summary>
    public int* Columns;

    /// <summary>Values of the entries.</summary>
    public float* Values;

    /// <summary>Row r of the dense matrix is at <c>Dense[r·Stride]</c>.</summary>
    public float* Dense;

    /// <summary>Columns of the dense matrix, a multiple of 16.</summary>
    public int Stride;

    /// <summary>One row of panels, <see cref="PanelStride"/> apart.</summary>
    public float* Row;
    public nint PanelStride;

    /// <summary>Row = start + Σ value·Dense[column] over some entries.</summary>
    public readonly void Gather(int from, int to, float* start)
    {
        if (Lanes512.IsSupported)
            Gather<Lanes512>(from, to, start);
        else if (Lanes256.IsSupported)
            Gather<Lanes256>(from, to, start);
        else
            Gather<Lanes128>(from, to, start);
    }

    /// <summary>Dense[column] += value·Row for some entries.</summary>
    public readonly void Scatter(int from, int to)
    {
        if (Lanes512.IsSupported)
            Scatter<Lanes512>(from, to);
        else if (Lanes256.IsSupported)
            Scatter<Lanes256>(from, to);
        else
            Scatter<Lanes128>(from, to);
    }

    private readonly void Gather<T>(int from, int to, float* start)
        where T : struct, ILanes<T>
    {
        int j = 0;
        for (; j <= Stride - 4 * T.Count; j += 4 * T.Count)
            Gather4<T>(from, to, start + j, j);
        for (; j < Stride; j += T.Count)
            Gather1<T>(from, to, start + j, j);
    }

    private readonly void Scatter<T>(int from, int to)
        where T : struct, ILanes<T>
    {
        int j = 0;
        for (; j <= Stride - 4 * T.Count; j += 4 * T.Count)
            Scatter4<T>(from, to, j);
        for (; j < Stride; j += T.Count)
            Scatter1<T>(from, to, j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Gather4<T>(int from, int to, float* start, int j)
        where T : struct, ILanes<T>
    {
        T a = T.Load(start), b = T.Load(start + T.Count), c = T.Load(start + 2 * T.Count),
            d = T.Load(start + 3 * T.Count);
        int* columns = Columns;
        float* values = Values, dense = Dense + j;
        nint stride = Stride;
        for (int i = from; i < to; i++)
        {
            float* row = dense + columns[i] * stride;
            T value = T.Broadcast(values[i]);
            a = T.MultiplyAdd(value, T.Load(row), a);
            b = T.MultiplyAdd(value, T.Load(row + T.Count), b);
            c = T.MultiplyAdd(value, T.Load(row + 2 * T.Count), c);
            d = T.MultiplyAdd(value, T.Load(row + 3 * T.Count), d);
        }
        a.Store(Place(j));
        b.Store(Place(j + T.Count));
        c.Store(Place(j + 2 * T.Count));
        d.Store(Place(j + 3 * T.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Gather1<T>(int from, int to, float* start, int j)
        where T : struct, ILanes<T>
    {
        T sum = T.Load(start);
        for (int i = from; i < to; i++)
            sum = T.MultiplyAdd(T.Broadcast(Values[i]), T.Load(Dense + j + Columns[i] * (nint)Stride), sum);
        sum.Store(Place(j));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Scatter4<T>(int from, int to, int j)
        where T : struct, ILanes<T>
    {
        T a = T.Load(Place(j)), b = T.Load(Place(j + T.Count)), c = T.Load(Place(j + 2 * T.Count)),
            d = T.Load(Place(j + 3 * T.Count));
        int* columns = Columns;
        float* values = Values, dense = Dense + j;
        nint stride = Stride;
        for (int i = from; i < to; i++)
        {
            float* row = dense + columns[i] * stride;
            T value = T.Broadcast(values[i]);
            T.MultiplyAdd(value, a, T.Load(row)).Store(row);
            T.MultiplyAdd(value, b, T.Load(row + T.Count)).Store(row + T.Count);
            T.MultiplyAdd(value, c, T.Load(row + 2 * T.Count)).Store(row + 2 * T.Count);
            T.MultiplyAdd(value, d, T.Load(row + 3 * T.Count)).Store(row + 3 * T.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Scatter1<T>(int from, int to, int j)
        where T : struct, ILanes<T>
    {
        T own = T.Load(Place(j));
        for (int i = from; i < to; i++)
        {
            float* row = Dense + j + Columns[i] * (nint)Stride;
            T.MultiplyAdd(T.Broadcast(Values[i]), own, T.Load(row)).Store(row);
        }
    }

    private readonly float* Place(int j) => Row + j / Width * PanelStride + j % Width;
}
