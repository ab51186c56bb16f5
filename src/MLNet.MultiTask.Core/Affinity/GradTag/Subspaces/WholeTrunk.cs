using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>No projection: every shared parameter is a direction of its own, θ = W0 + s·w entry by entry.</summary>
internal sealed class WholeTrunk : ISubspace
{
    private readonly NetworkShape _shape;
    private readonly float[] _scale;

    /// <param name="shape">Sizes.</param>
    /// <param name="scale">One vector s, entrywise positive; null = 1.</param>
    public WholeTrunk(NetworkShape shape, TrunkVectors? scale)
    {
        (_shape, _scale) = (shape, new float[shape.TrunkParameterCount]);
        if (scale is null)
            Array.Fill(_scale, 1f);
        else
            scale.AddTo([1], _scale);
    }

    public int Dimension => _scale.Length;

    public void Features(TrunkChunk chunk, Span<float> features)
    {
        int d = Dimension;
        chunk.StartBackward();
        for (int l = _shape.LayerCount - 2; l >= 0; l--)
        {
            LayerShape layer = _shape.Layer(l);
            for (int r = 0; r < chunk.RowCount; r++)
            {
                ReadOnlySpan<float> input = chunk.Activations(l).AsSpan(r * layer.Inputs, layer.Inputs);
                for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                {
                    ReadOnlySpan<float> signal = chunk.BackSignals.Slice(p * layer.Outputs, layer.Outputs);
                    Span<float> gradient = features.Slice(p * d, d);
                    for (int o = 0; o < layer.Outputs; o++)
                        TensorPrimitives.Multiply(input, signal[o],
                            gradient.Slice(layer.WeightOffset + o * layer.Inputs, layer.Inputs));
                    signal.CopyTo(gradient[layer.BiasOffset..]);
                    if (!layer.IsNormalized)
                        continue;
                    ReadOnlySpan<float> norm = chunk.NormSignals.Slice(p * layer.Outputs, layer.Outputs);
                    TensorPrimitives.Multiply(norm, chunk.Normalized(l, r),
                        gradient.Slice(layer.GainOffset, layer.Outputs));
                    norm.CopyTo(gradient[layer.ShiftOffset..]);
                }
            }
            if (l > 0)
                chunk.Backward(l);
        }
        for (int p = 0; p < chunk.PairCount; p++)
            TensorPrimitives.Multiply(features.Slice(p * d, d), _scale, features.Slice(p * d, d));
    }

    public void AddTo(ReadOnlySpan<float> w, Span<float> parameters) =>
        TensorPrimitives.MultiplyAdd(w, _scale, parameters[..Dimension], parameters[..Dimension]);

    /// <summary>s·w as one vector.</summary>
    public TrunkVectors Direction(ReadOnlySpan<double> w)
    {
        var flat = new float[Dimension];
        for (int i = 0; i < flat.Length; i++)
            flat[i] = (float)w[i] * _scale[i];
        return TrunkVectors.FromParameters(_shape, flat);
    }

    /// <summary>target += s·gradient, the gradient one vector of the trunk.</summary>
    public void AddGradient(TrunkVectors gradient, Span<double> target)
    {
        var flat = new float[Dimension];
        gradient.AddTo([1], flat);
        for (int i = 0; i < flat.Length; i++)
            target[i] += (double)flat[i] * _scale[i];
    }
}
