using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// What a batch passes through in a tabular network, row-major, forwards and backwards: behind the embeddings every row
/// is there once for each member, one after the other. Rows do not touch one another, so threads may share a batch.
/// </summary>
internal sealed partial class TabularPass
{
    private readonly TabularShape _shape;
    private readonly float[][] _edges;

    // What the linear path adds to each member's outputs.
    private readonly float[] _direct;

    /// <param name="shape">Sizes.</param>
    /// <param name="edges">Per feature: the edges of its piecewise-linear embedding; empty without one.</param>
    /// <param name="maxRows">Most rows of a batch.</param>
    /// <param name="training">Whether there is a way back.</param>
    public TabularPass(TabularShape shape, float[][] edges, int maxRows, bool training)
    {
        (_shape, _edges) = (shape, edges);
        int passed = maxRows * shape.Members;
        Scaled = new float[maxRows * shape.FeatureCount];
        Slots = new float[maxRows * shape.SlotCount];
        Inputs = new float[passed * shape.SlotCount];
        Sums = [.. shape.Layers.Select(l => new float[passed * l.Outputs])];
        // The heads' values are their sums.
        Values = [.. shape.Layers.Select((l, i) => l.IsHead ? Sums[i] : new float[passed * l.Outputs])];
        _direct = new float[shape.LinearSkip ? maxRows * shape.Heads.OutputCount : 0];
        if (!training)
            return;
        BySlope = [.. shape.Layers.Select(l => new float[l.IsHead ? 0 : passed * l.Outputs])];
        SumSlopes = [.. shape.Layers.Select(l => new float[l.IsHead ? 0 : passed * l.Outputs])];
        Masks = [.. shape.Layers.Select(l => new float[l.IsHead ? 0 : passed * l.Outputs])];
    }

    /// <summary>Scaled features; the caller fills them.</summary>
    public float[] Scaled { get; }

    /// <summary>Embedded features.</summary>
    public float[] Slots { get; }

    /// <summary>The same times the diagonal and the members' factors.</summary>
    public float[] Inputs { get; }

    /// <summary>Per layer: sums with bias; the last are the raw outputs.</summary>
    public float[][] Sums { get; }

    /// <summary>Per layer: what it puts out.</summary>
    public float[][] Values { get; }

    // Per layer: the activation's derivative by the slope.
    private float[][] BySlope { get; } = [];

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
            for (int i = 0; i < _shape.Members; i++)
            {
                Span<float> inputs = Inputs.AsSpan((row * _shape.Members + i) * slots, slots);
                TensorPrimitives.Multiply(own, diagonal, inputs);
                if (_shape.Members > 1)
                    TensorPrimitives.Multiply(inputs, parameters.Slice(_shape.MemberOffset(i), slots), inputs);
            }
        }
    }

    /// <summary>A layer's sums without bias.</summary>
    public void Multiply(ReadOnlySpan<float> parameters, int l, int from, int to)
    {
        TabularLayer layer = _shape.Layers[l];
        (int first, int rows, int copies) = Passed(layer, from, to);
        Span<float> sums = Sums[l].AsSpan(first * layer.Outputs, rows * copies * layer.Outputs);
        for (int i = 0; i < copies; i++)
            Gemm.Multiply(false, true, rows, layer.Outputs, layer.Inputs,
                InputOf(l).AsSpan((first + i) * layer.Inputs), copies * layer.Inputs,
                Weights(parameters, layer, i), layer.Inputs, sums[(i * layer.Outputs)..], copies * layer.Outputs);
        TensorPrimitives.Multiply(sums, layer.Scale, sums);
    }

    public void AddBias(ReadOnlySpan<float> parameters, int l, int from, int to)
    {
        TabularLayer layer = _shape.Layers[l];
        (int first, int rows, _) = Passed(layer, from, to);
        ReadOnlySpan<float> bias = parameters.Slice(layer.BiasOffset, layer.Units);
        for (int row = 0; row < rows; row++)
        {
            Span<float> sums = Sums[l].AsSpan(first * layer.Outputs + row * layer.Units, layer.Units);
            TensorPrimitives.Add(sums, bias, sums);
        }
        if (layer.IsHead && _shape.LinearSkip)
            AddDirect(parameters, Sums[l], from, to);
    }

    /// <summary>A hidden layer's sums to its values.</summary>
    public void Activate(ReadOnlySpan<float> parameters, int l, int from, int to, in UnitDropout dropout)
    {
        TabularLayer layer = _shape.Layers[l];
        if (layer.IsHead)
            return;
        ReadOnlySpan<float> slopes = parameters.Slice(layer.SlopeOffset, layer.Outputs);
        for (int row = from * _shape.Members; row < to * _shape.Members; row++)
        {
            int at = row * layer.Outputs;
            Span<float> values = Values[l].AsSpan(at, layer.Outputs);
            ParametricActivation.Forward(_shape.Activation, Sums[l].AsSpan(at, layer.Outputs), slopes, values,
                SumSlopes.Length == 0 ? [] : SumSlopes[l].AsSpan(at, layer.Outputs),
                SumSlopes.Length == 0 ? [] : BySlope[l].AsSpan(at, layer.Outputs));
            if (!dropout.IsActive)
                continue;
            Span<float> mask = Masks[l].AsSpan(at, layer.Outputs);
            dropout.Fill(l, row, mask);
            TensorPrimitives.Multiply(values, mask, values);
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

    private void AddDirect(ReadOnlySpan<float> parameters, Span<float> outputs, int from, int to)
    {
        int width = _shape.Heads.OutputCount, features = _shape.FeatureCount;
        Span<float> direct = _direct.AsSpan(from * width, (to - from) * width);
        Gemm.Multiply(false, true, to - from, width, features, Scaled.AsSpan(from * features), features,
            parameters.Slice(_shape.SkipOffset, width * features), features, direct, width);
        TensorPrimitives.Multiply(direct, 1 / MathF.Sqrt(features), direct);
        for (int row = from * _shape.Members; row < to * _shape.Members; row++)
        {
            Span<float> own = outputs.Slice(row * width, width);
            TensorPrimitives.Add(own, _direct.AsSpan(row / _shape.Members * width, width), own);
        }
    }

    // First row as the members see them, and how many rows follow one another under the same weights.
    private (int First, int Rows, int Copies) Passed(TabularLayer layer, int from, int to) =>
        (from * _shape.Members, (to - from) * _shape.Members / layer.Copies, layer.Copies);

    private static ReadOnlySpan<float> Weights(ReadOnlySpan<float> parameters, TabularLayer layer, int copy) =>
        parameters.Slice(layer.WeightOffset + copy * layer.Outputs * layer.Inputs, layer.Outputs * layer.Inputs);
}
