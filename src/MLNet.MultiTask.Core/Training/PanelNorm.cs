using System.Runtime.Intrinsics;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>Layer norm of a hidden layer over rows of a batch in panels. Padding stays 0.</summary>
internal static unsafe class PanelNorm
{
    private const int Width = PanelProduct.Width;

    /// <summary>From the layer's sums to max(0, gain·n + shift); n and the rows' scales are kept.</summary>
    public static void Forward(PanelLayer layer, int l, BatchBuffers batch, float* parameters, int from, int to)
    {
        for (int row = from; row < to; row++)
        {
            float* values = batch.Values[l + 1] + row * Width, normalized = batch.Normalized[l] + row * Width;
            batch.Scales[l][row] = LayerNorm.Normalize(values, batch.PanelStride, layer.Outputs, normalized);
            LayerNorm.Rescale(normalized, batch.PanelStride, layer.Outputs, parameters + layer.Gain,
                parameters + layer.Shift, values);
        }
    }

    /// <summary>
    /// From the gradient by gain·n + shift to that by the layer's sums; the rows' parts of the gradients by gain and
    /// shift are kept.
    /// </summary>
    public static void Backward(PanelLayer layer, int l, BatchBuffers batch, float* parameters, int from, int to)
    {
        nint stride = batch.PanelStride;
        for (int row = from; row < to; row++)
        {
            float* signal = batch.Signals[l] + row * Width, normalized = batch.Normalized[l] + row * Width;
            float* shift = batch.ShiftSignals[l] + row * Width;
            for (int j = 0; j < layer.VectorLength; j += Vector256<float>.Count)
            {
                nint place = j / Width * stride + j % Width;
                Vector256<float> s = Vector256.Load(signal + place);
                s.Store(shift + place);
                (s * Vector256.Load(parameters + layer.Gain + j)).Store(signal + place);
            }
            LayerNorm.Differentiate(normalized, batch.Scales[l][row], stride, layer.Outputs, signal);
            for (int j = 0; j < layer.VectorLength; j += Vector256<float>.Count)
            {
                nint place = j / Width * stride + j % Width;
                (Vector256.Load(normalized + place) * Vector256.Load(shift + place)).Store(normalized + place);
            }
        }
    }
}
