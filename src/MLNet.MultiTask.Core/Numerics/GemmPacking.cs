using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Copies a block of B into panels of 16 columns, each depth×16 and contiguous; missing columns are 0. One of the
/// strides is 1.
/// </summary>
internal static unsafe class GemmPacking
{
    private const int Width = PanelProduct.Width;

    // Rows of B that are read side by side: few enough to be followed by the hardware, many enough to fill a page.
    private const int Rows = 16;

    public static void Pack(float* b, nint rowStride, nint columnStride, int depth, int columns, float* panels)
    {
        int whole = columns / Width * Width, rest = columns - whole;
        if (columnStride == 1)
            for (int k = 0; k < depth; k += Rows)
                for (int j = 0; j < whole; j += Width)
                    Copy(b + k * rowStride + j, rowStride, Math.Min(Rows, depth - k),
                        panels + (nint)j * depth + k * Width);
        else
            for (int j = 0; j < whole; j += Width)
                Transposition.Copy(b + j * columnStride, columnStride, panels + (nint)j * depth, Width, Width, depth);
        if (rest > 0)
            PackRest(b + whole * columnStride, rowStride, columnStride, depth, rest, panels + (nint)whole * depth);
    }

    private static void PackRest(float* b, nint rowStride, nint columnStride, int depth, int columns, float* panel)
    {
        new Span<float>(panel, depth * Width).Clear();
        if (columnStride == 1)
            for (int k = 0; k < depth; k++)
                new ReadOnlySpan<float>(b + k * rowStride, columns).CopyTo(new Span<float>(panel + k * Width, columns));
        else
            Transposition.Copy(b, columnStride, panel, Width, columns, depth);
    }

    private static void Copy(float* b, nint rowStride, int rows, float* panel)
    {
        for (int k = 0; k < rows; k++, b += rowStride, panel += Width)
        {
            Vector256<float> low = Vector256.Load(b), high = Vector256.Load(b + Vector256<float>.Count);
            low.Store(panel);
            high.Store(panel + Vector256<float>.Count);
        }
    }
}
