using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Gradients;

/// <summary>Rows run through a network, every layer kept, so that signals can be sent back through it.</summary>
internal sealed class TrunkActivations
{
    private readonly SharedBottomNetwork _network;
    private readonly TrunkNorm[]? _norms;

    /// <param name="network">The network.</param>
    /// <param name="table">The data.</param>
    /// <param name="rows">Rows of the table.</param>
    public TrunkActivations(SharedBottomNetwork network, TaskTable table, ReadOnlySpan<int> rows)
    {
        NetworkShape shape = network.Shape;
        (_network, RowCount) = (network, rows.Length);
        _norms = TrunkNorm.OfTrunk(network, rows.Length);
        Layers = new float[shape.LayerCount + 1][];
        Layers[0] = new float[rows.Length * shape.FeatureCount];
        table.Features.CopyRows(rows, Layers[0]);
        for (int l = 0; l < shape.LayerCount; l++)
        {
            LayerShape layer = shape.Layer(l);
            Layers[l + 1] = new float[rows.Length * layer.Outputs];
            Gemm.Multiply(false, true, rows.Length, layer.Outputs, layer.Inputs, Layers[l], layer.Inputs,
                network.Parameters.AsSpan(layer.WeightOffset), layer.Inputs, Layers[l + 1], layer.Outputs);
            DenseLayer.AddBias(Layers[l + 1], network.Parameters.AsSpan(layer.BiasOffset, layer.Outputs), rows.Length,
                relu: l < shape.LayerCount - 1 && !layer.IsNormalized);
            if (layer.IsNormalized)
                _norms![l].Forward(Layers[l + 1], rows.Length);
        }
        if (shape.Skip is { } skip)
            Gemm.Multiply(false, true, rows.Length, skip.Outputs, skip.Inputs, Layers[0], skip.Inputs,
                network.Parameters.AsSpan(skip.WeightOffset), skip.Inputs, Layers[^1], skip.Outputs, accumulate: true);
    }

    public int RowCount { get; }

    /// <summary>
    /// [0] = features, [l + 1] = what layer l puts out (rows × outputs, after ReLU in the trunk); the last = raw
    /// outputs.
    /// </summary>
    public float[][] Layers { get; }

    /// <summary>
    /// With layer norm, what the last backward pass met right behind it: [l] = cells × outputs of layer l,
    /// ∂/∂(gain·n + shift).
    /// </summary>
    public float[][] NormSignals { get; private set; } = [];

    /// <summary>With layer norm, the normalised values n of a row in layer <paramref name="l"/>.</summary>
    public ReadOnlySpan<float> Normalized(int l, int row) => _norms![l].Normalized(row);

    /// <summary>The last shared layer's values; the features where there is none.</summary>
    public float[] Representation => Layers[^2];

    /// <summary>The raw outputs of one task in one row.</summary>
    public ReadOnlySpan<float> Outputs(int row, int task) => Layers[^1].AsSpan(
        row * _network.Shape.OutputCount + _network.Shape.OutputOffset(task), _network.Shape.Tasks[task].OutputCount);

    /// <summary>The signal at the representation that belongs to a signal ∂/∂z at the outputs of one task.</summary>
    public void HeadSignal(int task, ReadOnlySpan<float> outputs, Span<float> representation)
    {
        LayerShape head = _network.Shape.Layer(_network.Shape.LayerCount - 1);
        Gemm.Multiply(false, false, 1, head.Inputs, outputs.Length, outputs, outputs.Length,
            _network.Parameters.AsSpan(head.WeightOffset + _network.Shape.OutputOffset(task) * head.Inputs),
                head.Inputs,
            representation, head.Inputs);
    }

    /// <summary>Adds what a signal ∂/∂z at the outputs of one task brings to the features by the skip, where there is
    /// one.</summary>
    public void AddSkipSignal(int task, ReadOnlySpan<float> outputs, Span<float> features)
    {
        if (_network.Shape.Skip is null)
            return;
        ReadOnlySpan<float> weights = _network.Parameters.AsSpan(_network.Shape.HeadOf(task).Skip);
        for (int o = 0; o < outputs.Length; o++)
            TensorPrimitives.MultiplyAdd(weights.Slice(o * features.Length, features.Length), outputs[o], features,
                features);
    }

    /// <summary>Sends signals ∂/∂(representation) back.</summary>
    /// <param name="signals">cells × last width; overwritten.</param>
    /// <param name="rowOf">The row that each cell belongs to.</param>
    /// <returns>
    /// [l] = cells × inputs of layer l, ∂/∂(input of layer l) before that input's own layer norm and ReLU; [0] is
    /// ∂/∂(features).
    /// </returns>
    public float[][] Backward(float[] signals, ReadOnlySpan<int> rowOf)
    {
        int trunk = _network.Shape.LayerCount - 1;
        var back = new float[trunk + 1][];
        back[trunk] = signals;
        NormSignals = _norms is null ? [] : new float[trunk][];
        for (int l = trunk; l > 0; l--)
        {
            LayerShape layer = _network.Shape.Layer(l - 1);
            Mask(back[l], l, rowOf, layer.Outputs);
            if (_norms is not null)
                NormSignals[l - 1] = [.. back[l]];
            for (int cell = 0; cell < rowOf.Length; cell++)
                _norms?[l - 1].Back(rowOf[cell], back[l].AsSpan(cell * layer.Outputs, layer.Outputs));
            back[l - 1] = new float[rowOf.Length * layer.Inputs];
            Gemm.Multiply(false, false, rowOf.Length, layer.Inputs, layer.Outputs, back[l], layer.Outputs,
                _network.Parameters.AsSpan(layer.WeightOffset), layer.Inputs, back[l - 1], layer.Inputs);
        }
        return back;
    }

    private void Mask(float[] signals, int level, ReadOnlySpan<int> rowOf, int width)
    {
        for (int cell = 0; cell < rowOf.Length; cell++)
            for (int o = 0; o < width; o++)
                if (Layers[level][rowOf[cell] * width + o] <= 0)
                    signals[cell * width + o] = 0;
    }
}
