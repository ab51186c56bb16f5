using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// The first layer's product for rows with few features that are not 0: a second copy of the weights lies input by
/// input, so that a feature touches one stretch of them. Every number has the bits of the product of all features.
/// </summary>
internal sealed unsafe class SparseFirstLayer
{
    private const int Width = PanelProduct.Width;

    [ThreadStatic]
    private static Scratch? _scratch;

    private readonly AlignedBuffer _memory = new();
    private readonly LayerShape _layer;
    private readonly int _stride;
    private readonly float* _weights, _zeros;

    private SparseFirstLayer(LayerShape layer, float[] parameters)
    {
        (_layer, _stride) = (layer, PanelProduct.Panels(layer.Outputs) * Width);
        _weights = _memory.Reserve(checked((layer.Inputs + 1) * _stride));
        _zeros = _weights + (nint)layer.Inputs * _stride;
        for (int o = 0; o < layer.Outputs; o++)
            for (int i = 0; i < layer.Inputs; i++)
                _weights[(nint)i * _stride + o] = parameters[layer.WeightOffset + o * layer.Inputs + i];
    }

    /// <summary>Null where the layer has too few inputs to gain from it, or too many for one array.</summary>
    public static SparseFirstLayer? TryCreate(LayerShape layer, float[] parameters) =>
        layer.Inputs >= SparseRows.MinColumns
            && (layer.Inputs + 1L) * (PanelProduct.Panels(layer.Outputs) * Width) < Array.MaxLength
            ? new SparseFirstLayer(layer, parameters) : null;

    /// <summary>W·x, unless more than a tenth of x is not 0.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="y">The outputs; left alone where the result is false.</param>
    public bool TryMultiply(float* x, float* y)
    {
        Scratch scratch = _scratch ??= new Scratch();
        int count = scratch.Collect(new ReadOnlySpan<float>(x, _layer.Inputs),
            (int)(SparseRows.MaxDensity * _layer.Inputs));
        if (count < 0)
            return false;
        float* row = scratch.Row.Reserve(_stride);
        fixed (int* columns = scratch.Columns)
        fixed (float* values = scratch.Values)
            new SparseProduct
            {
                Columns = columns,
                Values = values,
                Dense = _weights,
                Stride = _stride,
                Row = row,
                PanelStride = Width,
            }.Gather(0, count, _zeros);
        new ReadOnlySpan<float>(row, _layer.Outputs).CopyTo(new Span<float>(y, _layer.Outputs));
        return true;
    }

    private sealed class Scratch
    {
        public readonly AlignedBuffer Row = new();
        public int[] Columns = new int[1];
        public float[] Values = new float[1];

        public int Collect(ReadOnlySpan<float> x, int most)
        {
            if (Columns.Length <= most)
                (Columns, Values) = (new int[most + 1], new float[most + 1]);
            int count = 0;
            for (int at = 0; ; at++)
            {
                int skip = x[at..].IndexOfAnyExcept(0f);
                if (skip < 0)
                    return count;
                if (count == most)
                    return -1;
                at += skip;
                (Columns[count], Values[count]) = (at, x[at]);
                count++;
            }
        }
    }
}
