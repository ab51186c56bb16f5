namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Copies a block of B into panels of 16 columns, each depth×16 and contiguous; missing columns are 0. One of the
/// strides is 1.
/// </summary>
internal static unsafe class GemmPacking
{
    public static void Pack(float* b, nint rowStride, nint columnStride, int depth, int columns, float* panels)
    {
        for (int j = 0; j < columns; j += PanelProduct.Width)
        {
            int width = Math.Min(PanelProduct.Width, columns - j);
            float* panel = panels + (nint)j * depth;
            if (width < PanelProduct.Width)
                new Span<float>(panel, depth * PanelProduct.Width).Clear();
            if (columnStride == 1)
                for (int k = 0; k < depth; k++)
                    new ReadOnlySpan<float>(b + k * rowStride + j, width)
                        .CopyTo(new Span<float>(panel + k * PanelProduct.Width, width));
            else
                Transposition.Copy(b + j * columnStride, columnStride, panel, PanelProduct.Width, width, depth);
        }
    }
}
