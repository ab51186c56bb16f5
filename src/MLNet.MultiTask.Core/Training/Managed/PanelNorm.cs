using System.Runtime.Intrinsics;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>Layer norm of a hidden layer over rows of a batch in panels. Padding stays 0.</summary>
internal static unsafe class PanelNorm
{
    private const int Width = PanelProduct.Width;

    /// <summary>From the layer's sums to max(0, gain·n + shift); n and the rows' scales are kept.</summary>
    public static void Forward(PanelLayer layer, int l, BatchBuffers batch, float* parameters, int from, int to)
    {
        for (int row = from; row < to; row++)
        {
            float* values = batch.Values[l + 1] + row * Width;
            batch.Scales[l][row] = LayerNorm.Forward(values, batch.Normalized[l] + row * Width, values,
                batch.PanelStride, layer.Outputs, parameters + layer.Gain, parameters + layer.Shift);
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
            float* gain = parameters + layer.Gain;
            for (int p = 0; p < layer.OutputPanels; p++, gain += Width)
                for (int half = 0; half < Width; half += Vector256<float>.Count)
                {
                    nint place = p * stride + half;
                    Vector256<float> s = Vector256.Load(signal + place);
                    s.Store(shift + place);
                    (s * Vector256.Load(gain + half)).Store(signal + place);
                }
            LayerNorm.Differentiate(normalized, batch.Scales[l][row], stride, layer.Outputs, signal);
            for (int p = 0; p < layer.OutputPanels; p++)
                for (int half = 0; half < Width; half += Vector256<float>.Count)
                {
                    nint place = p * stride + half;
                    (Vector256.Load(normalized + place) * Vector256.Load(shift + place)).Store(normalized + place);
                }
        }
    }
}
