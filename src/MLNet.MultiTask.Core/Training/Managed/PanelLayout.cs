using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>One layer of a <see cref="PanelLayout"/>.</summary>
/// <param name="Inputs">Inputs of the layer.</param>
/// <param name="Outputs">Outputs of the layer.</param>
/// <param name="Weights">
/// Offset of the weights: a panel of outputs×16 for every 16 inputs; with sparse inputs 16×outputs, padded to panels.
/// </param>
/// <param name="Bias">
/// Offset of the biases, padded to whole panels; with layer norm gains and then shifts follow, each padded alike.
/// </param>
/// <param name="Transposed">Offset of the transposed weights in their own vector: a panel of inputs×16 for every 16
/// outputs.</param>
/// <param name="IsNormalized">Whether the layer has layer norm.</param>
/// <param name="IsSparse">Whether the layer's inputs are sparse; its weights are not transposed.</param>
/// <param name="IsSkip">Whether it adds to the heads' sums; its biases are theirs.</param>
internal readonly record struct PanelLayer(int Inputs, int Outputs, int Weights, int Bias, int Transposed,
    bool IsNormalized, bool IsSparse, bool IsSkip = false)
{
    public int InputPanels => PanelProduct.Panels(Inputs);

    public int OutputPanels => PanelProduct.Panels(Outputs);

    /// <summary>Floats of the weights of 16 inputs.</summary>
    public int PanelLength => (IsSparse ? VectorLength : Outputs) * PanelProduct.Width;

    /// <summary>Parameters per output besides its weights.</summary>
    public int Vectors => IsSkip ? 0 : IsNormalized ? 3 : 1;

    /// <summary>Distance from the biases to the gains, and from these to the shifts.</summary>
    public int VectorLength => OutputPanels * PanelProduct.Width;

    public int Gain => Bias + VectorLength;

    public int Shift => Bias + 2 * VectorLength;
}

/// <summary>
/// How training keeps a network's parameters: matrices in panels of 16 columns, padded with zeros, so that every
/// product
/// of a step reads and writes them as they lie.
/// </summary>
internal sealed class PanelLayout
{
    private const int Width = PanelProduct.Width;
    private readonly NetworkShape _shape;

    /// <param name="shape">The network's sizes.</param>
    /// <param name="sparse">Whether the features are sparse.</param>
    public PanelLayout(NetworkShape shape, bool sparse = false)
    {
        _shape = shape;
        Layers = new PanelLayer[shape.LayerCount];
        int offset = 0, transposed = 0;
        for (int l = 0; l < Layers.Length; l++)
        {
            LayerShape layer = shape.Layer(l);
            var own = new PanelLayer(layer.Inputs, layer.Outputs, offset, 0, transposed, layer.IsNormalized,
                sparse && l == 0);
            int bias = checked(offset + own.InputPanels * own.PanelLength);
            Layers[l] = own with { Bias = bias };
            offset = bias + Layers[l].Vectors * Layers[l].VectorLength;
            if (!own.IsSparse)
                transposed = checked(transposed + own.OutputPanels * layer.Inputs * Width);
        }
        Matrices = Layers;
        if (shape.Skip is { } skip)
        {
            var own = new PanelLayer(skip.Inputs, skip.Outputs, offset, Layers[^1].Bias, transposed, false, sparse,
                IsSkip: true);
            Matrices = [.. Layers, own];
            offset = checked(offset + own.InputPanels * own.PanelLength);
            if (!sparse)
                transposed = checked(transposed + own.OutputPanels * skip.Inputs * Width);
        }
        (Length, TransposedLength) = (offset, transposed);
    }

    /// <summary>The trunk's layers, then the heads.</summary>
    public PanelLayer[] Layers { get; }

    /// <summary>The layers, and then the skip where there is one.</summary>
    public PanelLayer[] Matrices { get; }

    public bool HasSkip => Matrices.Length > Layers.Length;

    /// <summary>Floats of the padded parameter vector.</summary>
    public int Length { get; }

    /// <summary>Floats of the transposed weights.</summary>
    public int TransposedLength { get; }

    /// <summary>From a network's flat parameters; padding is not touched.</summary>
    public void Import(ReadOnlySpan<float> parameters, Span<float> panels)
    {
        for (int l = 0; l < Matrices.Length; l++)
        {
            (LayerShape flat, PanelLayer layer) = (Flat(l), Matrices[l]);
            if (layer.IsSparse)
                for (int o = 0; o < layer.Outputs; o++)
                    for (int i = 0; i < layer.Inputs; i++)
                        panels[layer.Weights + i * layer.VectorLength + o] =
                            parameters[flat.WeightOffset + o * layer.Inputs + i];
            for (int o = 0; o < layer.Outputs && !layer.IsSparse; o++)
                for (int i = 0; i < layer.Inputs; i += Width)
                    parameters.Slice(flat.WeightOffset + o * layer.Inputs + i, Math.Min(Width, layer.Inputs - i))
                        .CopyTo(panels[(layer.Weights + i * layer.Outputs + o * Width)..]);
            for (int v = 0; v < layer.Vectors; v++)
                parameters.Slice(flat.BiasOffset + v * layer.Outputs, layer.Outputs)
                    .CopyTo(panels[(layer.Bias + v * layer.VectorLength)..]);
        }
    }

    /// <summary>To a network's flat parameters.</summary>
    public void Export(ReadOnlySpan<float> panels, Span<float> parameters)
    {
        for (int l = 0; l < Matrices.Length; l++)
        {
            (LayerShape flat, PanelLayer layer) = (Flat(l), Matrices[l]);
            if (layer.IsSparse)
                for (int o = 0; o < layer.Outputs; o++)
                    for (int i = 0; i < layer.Inputs; i++)
                        parameters[flat.WeightOffset + o * layer.Inputs + i] =
                            panels[layer.Weights + i * layer.VectorLength + o];
            for (int o = 0; o < layer.Outputs && !layer.IsSparse; o++)
                for (int i = 0; i < layer.Inputs; i += Width)
                    panels.Slice(layer.Weights + i * layer.Outputs + o * Width, Math.Min(Width, layer.Inputs - i))
                        .CopyTo(parameters[(flat.WeightOffset + o * layer.Inputs + i)..]);
            for (int v = 0; v < layer.Vectors; v++)
                panels.Slice(layer.Bias + v * layer.VectorLength, layer.Outputs)
                    .CopyTo(parameters[(flat.BiasOffset + v * layer.Outputs)..]);
        }
    }

    private LayerShape Flat(int l) => l < Layers.Length ? _shape.Layer(l) : _shape.Skip!.Value;

    /// <summary>Refreshes the transposed weights of some input panels of a layer.</summary>
    public unsafe void Transpose(int l, int fromPanel, int toPanel, float* panels, float* transposed)
    {
        PanelLayer layer = Matrices[l];
        if (layer.IsSparse)
            return;
        for (int p = fromPanel; p < toPanel; p++)
        {
            int inputs = Math.Min(Width, layer.Inputs - p * Width);
            float* source = panels + layer.Weights + (nint)p * layer.Outputs * Width;
            float* target = transposed + layer.Transposed + (nint)p * Width * Width;
            for (int q = 0; q < layer.OutputPanels; q++, target += (nint)layer.Inputs * Width)
            {
                int outputs = Math.Min(Width, layer.Outputs - q * Width);
                Transposition.Copy(source, Width, target, Width, outputs, inputs);
                source += outputs * Width;
            }
        }
    }
}
