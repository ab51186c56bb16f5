using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>One layer of a <see cref="PanelLayout"/>.</summary>
/// <param name="Inputs">Inputs of the layer.</param>
/// <param name="Outputs">Outputs of the layer.</param>
/// <param name="Weights">Offset of the weights: a panel of outputs×16 for every 16 inputs.</param>
/// <param name="Bias">
/// Offset of the biases, padded to whole panels; with layer norm gains and then shifts follow, each padded alike.
/// </param>
/// <param name="Transposed">Offset of the transposed weights in their own vector: a panel of inputs×16 for every 16
/// outputs.</param>
/// <param name="IsNormalized">Whether the layer has layer norm.</param>
internal readonly record struct PanelLayer(int Inputs, int Outputs, int Weights, int Bias, int Transposed,
    bool IsNormalized)
{
    public int InputPanels => PanelProduct.Panels(Inputs);

    public int OutputPanels => PanelProduct.Panels(Outputs);

    /// <summary>Parameters per output besides its weights.</summary>
    public int Vectors => IsNormalized ? 3 : 1;

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

    public PanelLayout(NetworkShape shape)
    {
        _shape = shape;
        Layers = new PanelLayer[shape.LayerCount];
        int offset = 0, transposed = 0;
        for (int l = 0; l < Layers.Length; l++)
        {
            LayerShape layer = shape.Layer(l);
            int bias = checked(offset + PanelProduct.Panels(layer.Inputs) * layer.Outputs * Width);
            Layers[l] = new PanelLayer(layer.Inputs, layer.Outputs, offset, bias, transposed, layer.IsNormalized);
            offset = bias + Layers[l].Vectors * Layers[l].VectorLength;
            transposed = checked(transposed + Layers[l].OutputPanels * layer.Inputs * Width);
        }
        (Length, TransposedLength) = (offset, transposed);
    }

    public PanelLayer[] Layers { get; }

    /// <summary>Floats of the padded parameter vector.</summary>
    public int Length { get; }

    /// <summary>Floats of the transposed weights.</summary>
    public int TransposedLength { get; }

    /// <summary>From a network's flat parameters; padding is not touched.</summary>
    public void Import(ReadOnlySpan<float> parameters, Span<float> panels)
    {
        for (int l = 0; l < Layers.Length; l++)
        {
            (LayerShape flat, PanelLayer layer) = (_shape.Layer(l), Layers[l]);
            for (int o = 0; o < layer.Outputs; o++)
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
        for (int l = 0; l < Layers.Length; l++)
        {
            (LayerShape flat, PanelLayer layer) = (_shape.Layer(l), Layers[l]);
            for (int o = 0; o < layer.Outputs; o++)
                for (int i = 0; i < layer.Inputs; i += Width)
                    panels.Slice(layer.Weights + i * layer.Outputs + o * Width, Math.Min(Width, layer.Inputs - i))
                        .CopyTo(parameters[(flat.WeightOffset + o * layer.Inputs + i)..]);
            for (int v = 0; v < layer.Vectors; v++)
                panels.Slice(layer.Bias + v * layer.VectorLength, layer.Outputs)
                    .CopyTo(parameters[(flat.BiasOffset + v * layer.Outputs)..]);
        }
    }

    /// <summary>Refreshes the transposed weights of some input panels of a layer.</summary>
    public unsafe void Transpose(int l, int fromPanel, int toPanel, float* panels, float* transposed)
    {
        PanelLayer layer = Layers[l];
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
