using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Gradients;

/// <content>The backward pass of every pair by itself, layer by layer: what a sketch of its gradients needs.</content>
internal sealed partial class TrunkChunk
{
    /// <summary>
    /// pairs × outputs of the layer that the backward pass has reached: ∂u/∂(its sums, before layer norm and ReLU).
    /// </summary>
    public ReadOnlySpan<float> BackSignals => _front;

    /// <summary>With layer norm, the same behind it: ∂u/∂(gain·n + shift).</summary>
    public ReadOnlySpan<float> NormSignals => _beforeNorm;

    /// <summary>With layer norm, the normalised values n of a row in layer <paramref name="l"/>.</summary>
    public ReadOnlySpan<float> Normalized(int l, int row) => _norms![l].Normalized(row);

    /// <summary>Starts the backward pass at the last hidden layer.</summary>
    public void StartBackward()
    {
        int width = LastWidth;
        Resize(ref _front, PairCount * width);
        Array.Copy(OutputDirections, _front, PairCount * width);
        MaskPairs(_network.Shape.LayerCount - 1);
    }

    /// <summary>Goes from layer <paramref name="l"/> to the one before it.</summary>
    public void Backward(int l)
    {
        var layer = _network.Shape.Layer(l);
        Resize(ref _back, PairCount * layer.Inputs);
        Gemm.Multiply(false, false, PairCount, layer.Inputs, layer.Outputs, _front, layer.Outputs, Weight(l),
            layer.Inputs, _back, layer.Inputs);
        (_front, _back) = (_back, _front);
        MaskPairs(l);
    }

    private void MaskPairs(int level)
    {
        int width = _network.Shape.Layer(level - 1).Outputs;
        for (int r = 0; r < RowCount; r++)
            for (int p = PairStart[r]; p < PairStart[r + 1]; p++)
                TensorPrimitives.Multiply(_front.AsSpan(p * width, width), _masks[level].AsSpan(r * width, width),
                    _front.AsSpan(p * width, width));
        if (_norms is null)
            return;
        Resize(ref _beforeNorm, PairCount * width);
        Array.Copy(_front, _beforeNorm, PairCount * width);
        for (int r = 0; r < RowCount; r++)
            for (int p = PairStart[r]; p < PairStart[r + 1]; p++)
                _norms[level - 1].Back(r, _front.AsSpan(p * width, width));
    }
}
