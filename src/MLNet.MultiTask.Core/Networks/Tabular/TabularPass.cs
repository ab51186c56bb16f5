using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// What a batch passes through in a tabular network, row-major, forwards and backwards. Rows do not touch one another,
/// so threads may share a batch.
/// </summary>
internal sealed class TabularPass
{
    private readonly TabularShape _shape;
    private readonly float[][] _edges;

    /// <param name="shape">Sizes.</param>
    /// <param name="edges">Per feature: the edges of its piecewise-linear embedding; empty without one.</param>
    /// <param name="maxRows">Most rows of a batch.</param>
    /// <param name="training">Whether there is a way back.</param>
    public TabularPass(TabularShape shape, float[][] edges, int maxRows, bool training)
    {
        (_shape, _edges) = (shape, edges);
        Scaled = new float[maxRows * shape.FeatureCount];
        Slots = new float[maxRows * shape.SlotCount];
        Inputs = new float[maxRows * shape.SlotCount];
        Sums = [.. shape.Layers.Select(l => new float[maxRows * l.Outputs])];
        // The heads' values are their sums.
        Values = [.. shape.Layers.Select((l, i) => l.IsHead ? Sums[i] : new float[maxRows * l.Outputs])];
        if (!training)
            return;
        InputSignals = new float[maxRows * shape.SlotCount];
        Signals = [.. shape.Layers.Select(l => new float[maxRows * l.Outputs])];
        SlopeSignals = [.. shape.Layers.Select(l => new float[l.IsHead ? 0 : maxRows * l.Outputs])];
        SumSlopes = [.. shape.Layers.Select(l => new float[l.IsHead ? 0 : maxRows * l.Outputs])];
        Masks = [.. shape.Layers.Select(l => new float[l.IsHead ? 0 : maxRows * l.Outputs])];
    }

    /// <summary>Scaled features; the caller fills them.</summary>
    public float[] Scaled { get; }

    /// <summary>Embedded features.</summary>
    public float[] Slots { get; }

    /// <summary>The same times the diagonal.</summary>
    public float[] Inputs { get; }

    /// <summary>Per layer: sums with bias; the last are the raw outputs.</summary>
    public float[][] Sums { get; }

    /// <summary>Per layer: what it puts out.</summary>
    public float[][] Values { get; }

    /// <summary>Gradient by the inputs of the first layer.</summary>
    public float[] InputSignals { get; } = [];

    /// <summary>Per layer: gradient by its sums; the caller fills the last.</summary>
    public float[][] Signals { get; } = [];

    /// <summary>Per layer: gradient by each row's activation slopes.</summary>
    public float[][] SlopeSignals { get; } = [];

    // Per layer: the activation's derivative by the sums.
    private float[][] SumSlopes { get; } = [];

    private float[][] Masks { get; } = [];

    /// <summary>What a layer takes in.</summary>
    public float[] InputOf(int l) => l == 0 ? Inputs : Values[l - 1];

    /// <summary>From scaled features to raw outputs.</summary>
    public void Forward(ReadOnlySpan<float> parameters, int from, int to, in UnitDropout dropout)
    {
        Embed(parameters, from, to);
        for (int l = 0; l < _shape.Layers.Length; l++)
        {
            Multiply(parameters, l, from, to);
            AddBias(parameters, l, from, to);
            Activate(parameters, l, from, to, dropout);
        }
    }

    /// <summary>Scaled features to the inputs of the first layer.</summary>
    public void Embed(ReadOnlySpan<float> parameters, int from, int to)
    {
        int slots = _shape.SlotCount;
        ReadOnlySpan<float> diagonal = parameters.Slice(_shape.DiagonalOffset, slots);
        for (int row = from; row < to; row++)
        {
            Span<float> own = Slots.AsSpan(row * slots, slots);
            for (int c = 0; c < _shape.FeatureCount; c++)
                EmbedFeature(parameters, c, Scaled[row * _shape.FeatureCount + c],
                    own[_shape.Slot(c).._shape.Slot(c + 1)]);
            TensorPrimitives.Multiply(own, diagonal, Inputs.AsSpan(row * slots, slots));
        }
    }

    /// <summary>A layer's sums without bias.</summary>
    public void Multiply(ReadOnlySpan<float> parameters, int l, int from, int to)
    {
        TabularLayer layer = _shape.Layers[l];
        Span<float> sums = Sums[l].AsSpan(from * layer.Outputs, (to - from) * layer.Outputs);
        Gemm.Multiply(false, true, to - from, layer.Outputs, layer.Inputs,
            InputOf(l).AsSpan(from * layer.Inputs, (to - from) * layer.Inputs), layer.Inputs,
            parameters.Slice(layer.WeightOffset, layer.Inputs * layer.Outputs), layer.Inputs, sums, layer.Outputs);
        TensorPrimitives.Multiply(sums, layer.Scale, sums);
    }

    public void AddBias(ReadOnlySpan<float> parameters, int l, int from, int to)
    {
        TabularLayer layer = _shape.Layers[l];
        ReadOnlySpan<float> bias = parameters.Slice(layer.BiasOffset, layer.Outputs);
        for (int row = from; row < to; row++)
        {
            Span<float> sums = Sums[l].AsSpan(row * layer.Outputs, layer.Outputs);
            TensorPrimitives.Add(sums, bias, sums);
        }
    }

    /// <summary>A hidden layer's sums to its values.</summary>
    public void Activate(ReadOnlySpan<float> parameters, int l, int from, int to, in UnitDropout dropout)
    {
        TabularLayer layer = _shape.Layers[l];
        if (layer.IsHead)
            return;
        ReadOnlySpan<float> slopes = parameters.Slice(layer.SlopeOffset, layer.Outputs);
        for (int row = from; row < to; row++)
        {
            int at = row * layer.Outputs;
            Span<float> values = Values[l].AsSpan(at, layer.Outputs);
            ParametricActivation.Forward(_shape.Activation, Sums[l].AsSpan(at, layer.Outputs), slopes, values,
                SumSlopes.Length == 0 ? [] : SumSlopes[l].AsSpan(at, layer.Outputs),
                SumSlopes.Length == 0 ? [] : SlopeSignals[l].AsSpan(at, layer.Outputs));
            if (!dropout.IsActive)
                continue;
            Span<float> mask = Masks[l].AsSpan(at, layer.Outputs);
            dropout.Fill(l, row, mask);
            TensorPrimitives.Multiply(values, mask, values);
        }
    }

    /// <summary>From the gradient by the raw outputs to that by every layer's sums and by the inputs.</summary>
    public void Backward(ReadOnlySpan<float> parameters, int from, int to, bool dropout)
    {
        for (int l = _shape.Layers.Length - 1; l >= 0; l--)
        {
            TabularLayer layer = _shape.Layers[l];
            if (!layer.IsHead)
                ThroughActivation(l, from, to, dropout);
            Span<float> below = (l == 0 ? InputSignals : Signals[l - 1])
                .AsSpan(from * layer.Inputs, (to - from) * layer.Inputs);
            Gemm.Multiply(false, false, to - from, layer.Inputs, layer.Outputs,
                Signals[l].AsSpan(from * layer.Outputs, (to - from) * layer.Outputs), layer.Outputs,
                parameters.Slice(layer.WeightOffset, layer.Inputs * layer.Outputs), layer.Inputs, below, layer.Inputs);
            TensorPrimitives.Multiply(below, layer.Scale, below);
        }
    }

    /// <summary>The gradient of some units' weights, biases and activation slopes.</summary>
    public void LayerGradient(int l, int fromUnit, int toUnit, int rows, Span<float> gradient)
    {
        TabularLayer layer = _shape.Layers[l];
        Span<float> weights = gradient.Slice(layer.WeightOffset + fromUnit * layer.Inputs,
            (toUnit - fromUnit) * layer.Inputs);
        Gemm.Multiply(true, false, toUnit - fromUnit, layer.Inputs, rows, Signals[l].AsSpan(fromUnit), layer.Outputs,
            InputOf(l), layer.Inputs, weights, layer.Inputs);
        TensorPrimitives.Multiply(weights, layer.Scale, weights);
        SumRows(Signals[l], layer.Outputs, gradient[(layer.BiasOffset + fromUnit)..(layer.BiasOffset + toUnit)]);
        if (!layer.IsHead)
            SumRows(SlopeSignals[l], layer.Outputs,
                gradient[(layer.SlopeOffset + fromUnit)..(layer.SlopeOffset + toUnit)]);

        void SumRows(float[] values, int width, Span<float> sums)
        {
            sums.Clear();
            for (int row = 0; row < rows; row++)
                TensorPrimitives.Add(sums, values.AsSpan(row * width + fromUnit, sums.Length), sums);
        }
    }

    /// <summary>The gradient of one feature's embedding and of the diagonal behind it.</summary>
    public void FeatureGradient(ReadOnlySpan<float> parameters, int feature, int rows, Span<float> gradient)
    {
        int slot = _shape.Slot(feature), width = _shape.Slot(feature + 1) - slot, slots = _shape.SlotCount;
        ReadOnlySpan<float> diagonal = parameters.Slice(_shape.DiagonalOffset + slot, width);
        Span<float> ofDiagonal = gradient.Slice(_shape.DiagonalOffset + slot, width);
        int offset = _shape.EmbeddingOffset(feature), length = _shape.EmbeddingOffset(feature + 1) - offset;
        Span<float> own = gradient.Slice(offset, length), signals = stackalloc float[width];
        ofDiagonal.Clear();
        own.Clear();
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> signal = InputSignals.AsSpan(row * slots + slot, width);
            TensorPrimitives.MultiplyAdd(signal, Slots.AsSpan(row * slots + slot, width), ofDiagonal, ofDiagonal);
            if (length == 0)
                continue;
            TensorPrimitives.Multiply(signal, diagonal, signals);
            float x = Scaled[row * _shape.FeatureCount + feature];
            if (_shape.Embedding == FeatureEmbedding.Periodic)
                PeriodicEmbedding.Backward(parameters.Slice(offset, length), x, signals, own);
            else
                PiecewiseLinearEmbedding.Backward(_edges[feature], x, signals, own);
        }
    }

    private void EmbedFeature(ReadOnlySpan<float> parameters, int feature, float x, Span<float> slots)
    {
        if (!_shape.IsEmbedded(feature))
        {
            slots[0] = x;
            return;
        }
        ReadOnlySpan<float> own =
            parameters[_shape.EmbeddingOffset(feature).._shape.EmbeddingOffset(feature + 1)];
        if (_shape.Embedding == FeatureEmbedding.Periodic)
            PeriodicEmbedding.Forward(own, x, slots);
        else
            PiecewiseLinearEmbedding.Forward(own, _edges[feature], x, slots);
    }

    private void ThroughActivation(int l, int from, int to, bool dropout)
    {
        int width = _shape.Layers[l].Outputs, at = from * width, count = (to - from) * width;
        Span<float> signals = Signals[l].AsSpan(at, count), bySlope = SlopeSignals[l].AsSpan(at, count);
        if (dropout)
            TensorPrimitives.Multiply(signals, Masks[l].AsSpan(at, count), signals);
        TensorPrimitives.Multiply(bySlope, signals, bySlope);
        TensorPrimitives.Multiply(signals, SumSlopes[l].AsSpan(at, count), signals);
    }
}
