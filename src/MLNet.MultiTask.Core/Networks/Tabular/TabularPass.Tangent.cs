using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

internal sealed partial class TabularPass
{
    private float[] _tangent = [], _nextTangent = [];

    /// <summary>
    /// How the raw outputs of the first rows change along a direction of the parameters before the heads; after a
    /// forward pass without dropout.
    /// </summary>
    /// <param name="parameters">Where.</param>
    /// <param name="direction">One number per parameter before the heads.</param>
    /// <param name="rows">Rows.</param>
    /// <returns>rows·members × outputs; valid until the next call.</returns>
    public ReadOnlySpan<float> Tangent(ReadOnlySpan<float> parameters, ReadOnlySpan<float> direction, int rows)
    {
        int passed = rows * _shape.Members, widest = Math.Max(_shape.SlotCount, _shape.Layers.Max(l => l.Outputs));
        if (_tangent.Length < passed * widest)
            (_tangent, _nextTangent) = (new float[passed * widest], new float[passed * widest]);
        InputTangent(parameters, direction, rows);
        for (int l = 0; l < _shape.Layers.Length; l++)
        {
            TabularLayer layer = _shape.Layers[l];
            (_, int count, int copies) = Passed(layer, 0, rows);
            for (int i = 0; i < copies; i++)
                Product(_tangent.AsSpan(i * layer.Inputs), parameters, i, accumulate: false);
            if (!layer.IsHead)
                Product(InputOf(l), direction, 0, accumulate: true);
            Span<float> sums = _nextTangent.AsSpan(0, count * layer.Units);
            TensorPrimitives.Multiply(sums, layer.Scale, sums);
            if (!layer.IsHead)
                ThroughLayer(layer, l, direction, count);
            (_tangent, _nextTangent) = (_nextTangent, _tangent);

            void Product(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int copy, bool accumulate) =>
                Gemm.Multiply(false, true, count, layer.Outputs, layer.Inputs, values, copies * layer.Inputs,
                    Weights(weights, layer, copy), layer.Inputs, _nextTangent.AsSpan(copy * layer.Outputs),
                    layer.Units, accumulate);
        }
        return _tangent.AsSpan(0, passed * _shape.Heads.OutputCount);
    }

    private void InputTangent(ReadOnlySpan<float> parameters, ReadOnlySpan<float> direction, int rows)
    {
        int slots = _shape.SlotCount, members = _shape.Members;
        ReadOnlySpan<float> diagonal = parameters.Slice(_shape.DiagonalOffset, slots),
            ofDiagonal = direction.Slice(_shape.DiagonalOffset, slots);
        Span<float> own = new float[slots];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = Slots.AsSpan(row * slots, slots);
            own.Clear();
            for (int c = 0; c < _shape.FeatureCount; c++)
                if (_shape.IsEmbedded(c))
                    EmbeddingTangent(parameters, direction, c, Scaled[row * _shape.FeatureCount + c],
                        own[_shape.Slot(c).._shape.Slot(c + 1)]);
            TensorPrimitives.Multiply(own, diagonal, own);
            TensorPrimitives.MultiplyAdd(values, ofDiagonal, own, own);
            for (int i = 0; i < members; i++)
            {
                Span<float> inputs = _tangent.AsSpan((row * members + i) * slots, slots);
                own.CopyTo(inputs);
                if (members == 1)
                    continue;
                TensorPrimitives.Multiply(inputs, parameters.Slice(_shape.MemberOffset(i), slots), inputs);
                ReadOnlySpan<float> change = direction.Slice(_shape.MemberOffset(i), slots);
                for (int s = 0; s < slots; s++)
                    inputs[s] += values[s] * diagonal[s] * change[s];
            }
        }
    }

    private void EmbeddingTangent(ReadOnlySpan<float> parameters, ReadOnlySpan<float> direction, int feature, float x,
        Span<float> slots)
    {
        Range own = _shape.EmbeddingOffset(feature).._shape.EmbeddingOffset(feature + 1);
        if (_shape.Embedding == FeatureEmbedding.Periodic)
            PeriodicEmbedding.Tangent(parameters[own], direction[own], x, slots);
        else
            // Linear in its parameters.
            PiecewiseLinearEmbedding.Forward(direction[own], _edges[feature], x, slots);
    }

    private void ThroughLayer(TabularLayer layer, int l, ReadOnlySpan<float> direction, int rows)
    {
        ReadOnlySpan<float> bias = direction.Slice(layer.BiasOffset, layer.Outputs),
            slope = direction.Slice(layer.SlopeOffset, layer.Outputs);
        for (int row = 0; row < rows; row++)
        {
            int at = row * layer.Outputs;
            Span<float> sums = _nextTangent.AsSpan(at, layer.Outputs);
            TensorPrimitives.Add(sums, bias, sums);
            TensorPrimitives.Multiply(sums, SumSlopes[l].AsSpan(at, layer.Outputs), sums);
            TensorPrimitives.MultiplyAdd(BySlope[l].AsSpan(at, layer.Outputs), slope, sums, sums);
        }
    }
}
