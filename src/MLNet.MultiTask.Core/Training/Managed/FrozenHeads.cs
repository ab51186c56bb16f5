using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>Keeps the heads of some tasks, and their part of the optimiser's state, over a step.</summary>
internal sealed unsafe class FrozenHeads(PanelNetwork network, ParameterUpdates updates, OutputColumns columns)
{
    private const int Width = PanelProduct.Width;
    private readonly PanelLayer _head = network.Layout.Layers[^1];
    private float[] _kept = [];

    /// <summary>Remembers all heads.</summary>
    public void Keep()
    {
        int length = Length;
        if (_kept.Length == 0)
            _kept = new float[3 * length];
        for (int v = 0; v < 3; v++)
            Vector(v).Slice(_head.Weights, length).CopyTo(_kept.AsSpan(v * length));
    }

    /// <summary>Puts back the heads of tasks whose factor is 0.</summary>
    public void PutBack(ReadOnlySpan<float> factors)
    {
        for (int t = 0; t < factors.Length; t++)
            for (int c = 0; factors[t] == 0 && c < columns.Tasks[t].OutputCount; c++)
                for (int v = 0; v < 3; v++)
                    PutBack(columns.First[t] + c, Vector(v).Slice(_head.Weights, Length),
                        _kept.AsSpan(v * Length, Length));
        network.Layout.Transpose(network.Layout.Layers.Length - 1, 0, _head.InputPanels, network.Parameters,
            network.Transposed);
    }

    // Weights, then the biases.
    private int Length => _head.Bias - _head.Weights + _head.VectorLength;

    private void PutBack(int output, Span<float> values, ReadOnlySpan<float> kept)
    {
        for (int p = 0; p < _head.InputPanels; p++)
            kept.Slice(p * _head.PanelLength + output * Width, Width)
                .CopyTo(values[(p * _head.PanelLength + output * Width)..]);
        int bias = _head.Bias - _head.Weights + output;
        values[bias] = kept[bias];
    }

    private Span<float> Vector(int v) => v switch
    {
        0 => new Span<float>(network.Parameters, network.Layout.Length),
        1 => updates.FirstMoments,
        _ => updates.SecondMoments,
    };
}
