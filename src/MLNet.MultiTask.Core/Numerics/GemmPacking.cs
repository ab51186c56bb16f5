namespace MLNet.MultiTask.Numerics;

/// <summary>Copies a block of B into panels of 16 columns, each depth×16 and contiguous; missing columns are 0.</summary>
internal static unsafe class GemmPacking
{
    public static void Pack(float* b, nint rowStride, nint columnStride, int depth, int columns, float* panels)
    {
        for (int j = 0; j < columns; j += GemmKernel.Nr)
        {
            int width = Math.Min(GemmKernel.Nr, columns - j);
            float* panel = panels + (nint)j * depth;
            if (width < GemmKernel.Nr)
                new Span<float>(panel, depth * GemmKernel.Nr).Clear();
            if (columnStride == 1)
                for (int k = 0; k < depth; k++)
                    new ReadOnlySpan<float>(b + k * rowStride + j, width).CopyTo(new Span<float>(panel + k * GemmKernel.Nr, width));
            else
                for (int c = 0; c < width; c++)
                {
                    float* from = b + (j + c) * columnStride;
                    for (int k = 0; k < depth; k++)
                        panel[k * GemmKernel.Nr + c] = from[k * rowStride];
                }
        }
    }
}
