using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Gradients;

/// <summary>Layer norm of one trunk layer over some rows: values forward, changes forward, signals back.</summary>
internal sealed class TrunkNorm
{
    private readonly SharedBottomNetwork _network;
    private readonly LayerShape _layer;
    private readonly float[] _normalized, _scales;

    /// <param name="network">A network with layer norm.</param>
    /// <param name="layer">The trunk layer.</param>
    /// <param name="capacity">Most rows.</param>
    public TrunkNorm(SharedBottomNetwork network, int layer, int capacity)
    {
        (_network, _layer) = (network, network.Shape.Layer(layer));
        (_normalized, _scales) = (new float[capacity * _layer.Outputs], new float[capacity]);
    }

    private ReadOnlySpan<float> Gain => _network.Parameters.AsSpan(_layer.GainOffset, _layer.Outputs);

    private ReadOnlySpan<float> Shift => _network.Parameters.AsSpan(_layer.ShiftOffset, _layer.Outputs);

    /// <summary>One for every trunk layer; null without layer norm.</summary>
    public static TrunkNorm[]? OfTrunk(SharedBottomNetwork network, int capacity) => !network.Shape.LayerNorm ? null
        : [.. Enumerable.Range(0, network.Shape.LayerCount - 1).Select(l => new TrunkNorm(network, l, capacity))];

    /// <summary>From the layer's sums (rows × outputs) to max(0, gain·n + shift), in place.</summary>
    public void Forward(Span<float> values, int rows)
    {
        for (int r = 0; r < rows; r++)
            _scales[r] = LayerNorm.Forward(values.Slice(r * _layer.Outputs, _layer.Outputs),
                _normalized.AsSpan(r * _layer.Outputs, _layer.Outputs), Gain, Shift);
    }

    /// <summary>The normalised values n of a row.</summary>
    public ReadOnlySpan<float> Normalized(int row) => _normalized.AsSpan(row * _layer.Outputs, _layer.Outputs);

    /// <summary>
    /// From changes of the layer's sums along vectors (rows × vectors × outputs) to those of gain·n + shift, in place;
    /// the vectors change gains and shifts, too.
    /// </summary>
    public void Tangents(Span<float> changes, int rows, TrunkVectors vectors, int l)
    {
        int d = vectors.Count, width = _layer.Outputs;
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < d; k++)
            {
                Span<float> change = changes.Slice((r * d + k) * width, width);
                LayerNorm.Differentiate(Normalized(r), _scales[r], change);
                TensorPrimitives.MultiplyAdd(change, Gain, vectors.Shifts(l).AsSpan(k * width, width), change);
                TensorPrimitives.MultiplyAdd(Normalized(r), vectors.Gains(l).AsSpan(k * width, width), change, change);
            }
    }

    /// <summary>
    /// From signals ∂/∂(gain·n + shift) (rows × vectors × outputs) to ∂/∂(the layer's sums), in place; adds the
    /// gradients by gains and shifts to the vectors.
    /// </summary>
    public void Pull(Span<float> signals, int rows, TrunkVectors into, int l)
    {
        int d = into.Count, width = _layer.Outputs;
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < d; k++)
            {
                Span<float> signal = signals.Slice((r * d + k) * width, width);
                Span<float> gain = into.Gains(l).AsSpan(k * width, width),
                    shift = into.Shifts(l).AsSpan(k * width, width);
                TensorPrimitives.MultiplyAdd(signal, Normalized(r), gain, gain);
                TensorPrimitives.Add(shift, signal, shift);
                Back(r, signal);
            }
    }

    /// <summary>From a signal ∂/∂(gain·n + shift) of a row to ∂/∂(the layer's sums), in place.</summary>
    public void Back(int row, Span<float> signal)
    {
        TensorPrimitives.Multiply(signal, Gain, signal);
        LayerNorm.Differentiate(Normalized(row), _scales[row], signal);
    }
}
