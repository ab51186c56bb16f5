using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Keeps the heads of some tasks, with their part of the skip and of the optimiser's state, over a step.
/// </summary>
internal sealed unsafe class FrozenHeads(PanelNetwork network, ParameterUpdates updates, OutputColumns columns)
{
    private const int Width = PanelProduct.Width;
    private readonly PanelLayer _head = network.Layout.Layers[^1];
    private readonly PanelLayer? _skip = network.Layout.HasSkip ? network.Layout.Matrices[^1] : null;
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
        for (int l = network.Layout.Layers.Length - 1; l < network.Layout.Matrices.Length; l++)
            network.Layout.Transpose(l, 0, network.Layout.Matrices[l].InputPanels, network.Parameters,
                network.Transposed);
    }

    // Weights, then the biases, then the skip.
    private int Length => (_skip is { } skip ? skip.Weights + skip.InputPanels * skip.PanelLength
        : _head.Bias + _head.VectorLength) - _head.Weights;

    private void PutBack(int output, Span<float> values, ReadOnlySpan<float> kept)
    {
        PutBack(_head, output, values, kept);
        int bias = _head.Bias - _head.Weights + output;
        values[bias] = kept[bias];
        if (_skip is { } skip)
            PutBack(skip, output, values, kept);
    }

    private void PutBack(PanelLayer layer, int output, Span<float> values, ReadOnlySpan<float> kept)
    {
        int first = layer.Weights - _head.Weights;
        if (layer.IsSparse)
            for (int i = 0; i < layer.Inputs; i++)
                values[first + i * layer.VectorLength + output] = kept[first + i * layer.VectorLength + output];
        else
            for (int p = 0; p < layer.InputPanels; p++)
                kept.Slice(first + p * layer.PanelLength + output * Width, Width)
                    .CopyTo(values[(first + p * layer.PanelLength + output * Width)..]);
    }

    private Span<float> Vector(int v) => v switch
    {
        0 => new Span<float>(network.Parameters, network.Layout.Length),
        1 => updates.FirstMoments,
        _ => updates.SecondMoments,
    };
}
