using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
            Gather<Lanes512, Vector512<float>>(from, to, start);
        else if (Lanes256.IsSupported)
            Gather<Lanes256, Vector256<float>>(from, to, start);
        else
            Gather<Lanes128, Vector128<float>>(from, to, start);
    }

    /// <summary>Dense[column] += value·Row for some entries.</summary>
    public readonly void Scatter(int from, int to)
    {
        if (Lanes512.IsSupported)
            Scatter<Lanes512, Vector512<float>>(from, to);
        else if (Lanes256.IsSupported)
            Scatter<Lanes256, Vector256<float>>(from, to);
        else
            Scatter<Lanes128, Vector128<float>>(from, to);
    }

    private readonly void Gather<TLanes, T>(int from, int to, float* start)
        where TLanes : struct, ILanes<T>
        where T : unmanaged
    {
        int lanes = sizeof(T) / sizeof(float), j = 0;
        for (; j <= Stride - 4 * lanes; j += 4 * lanes)
            Gather4<TLanes, T>(from, to, start + j, j);
        for (; j < Stride; j += lanes)
            Gather1<TLanes, T>(from, to, start + j, j);
    }

    private readonly void Scatter<TLanes, T>(int from, int to)
        where TLanes : struct, ILanes<T>
        where T : unmanaged
    {
        int lanes = sizeof(T) / sizeof(float), j = 0;
        for (; j <= Stride - 4 * lanes; j += 4 * lanes)
            Scatter4<TLanes, T>(from, to, j);
        for (; j < Stride; j += lanes)
            Scatter1<TLanes, T>(from, to, j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Gather4<TLanes, T>(int from, int to, float* start, int j)
        where TLanes : struct, ILanes<T>
        where T : unmanaged
    {
        int lanes = sizeof(T) / sizeof(float);
        T a = TLanes.Load(start), b = TLanes.Load(start + lanes), c = TLanes.Load(start + 2 * lanes),
            d = TLanes.Load(start + 3 * lanes);
        int* columns = Columns;
        float* values = Values, dense = Dense + j;
        nint stride = Stride;
        for (int i = from; i < to; i++)
        {
            float* row = dense + columns[i] * stride;
            T value = TLanes.Broadcast(values[i]);
            a = TLanes.MultiplyAdd(value, TLanes.Load(row), a);
            b = TLanes.MultiplyAdd(value, TLanes.Load(row + lanes), b);
            c = TLanes.MultiplyAdd(value, TLanes.Load(row + 2 * lanes), c);
            d = TLanes.MultiplyAdd(value, TLanes.Load(row + 3 * lanes), d);
        }
        TLanes.Store(a, Place(j));
        TLanes.Store(b, Place(j + lanes));
        TLanes.Store(c, Place(j + 2 * lanes));
        TLanes.Store(d, Place(j + 3 * lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Gather1<TLanes, T>(int from, int to, float* start, int j)
        where TLanes : struct, ILanes<T>
        where T : unmanaged
    {
        T sum = TLanes.Load(start);
        for (int i = from; i < to; i++)
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(Values[i]),
                TLanes.Load(Dense + j + Columns[i] * (nint)Stride), sum);
        TLanes.Store(sum, Place(j));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Scatter4<TLanes, T>(int from, int to, int j)
        where TLanes : struct, ILanes<T>
        where T : unmanaged
    {
        int lanes = sizeof(T) / sizeof(float);
        T a = TLanes.Load(Place(j)), b = TLanes.Load(Place(j + lanes)), c = TLanes.Load(Place(j + 2 * lanes)),
            d = TLanes.Load(Place(j + 3 * lanes));
        int* columns = Columns;
        float* values = Values, dense = Dense + j;
        nint stride = Stride;
        for (int i = from; i < to; i++)
        {
            float* row = dense + columns[i] * stride;
            T value = TLanes.Broadcast(values[i]);
            TLanes.Store(TLanes.MultiplyAdd(value, a, TLanes.Load(row)), row);
            TLanes.Store(TLanes.MultiplyAdd(value, b, TLanes.Load(row + lanes)), row + lanes);
            TLanes.Store(TLanes.MultiplyAdd(value, c, TLanes.Load(row + 2 * lanes)), row + 2 * lanes);
            TLanes.Store(TLanes.MultiplyAdd(value, d, TLanes.Load(row + 3 * lanes)), row + 3 * lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Scatter1<TLanes, T>(int from, int to, int j)
        where TLanes : struct, ILanes<T>
        where T : unmanaged
    {
        T own = TLanes.Load(Place(j));
        for (int i = from; i < to; i++)
        {
            float* row = Dense + j + Columns[i] * (nint)Stride;
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Broadcast(Values[i]), own, TLanes.Load(row)), row);
        }
    }

    private readonly float* Place(int j) => Row + j / Width * PanelStride + j % Width;
}
