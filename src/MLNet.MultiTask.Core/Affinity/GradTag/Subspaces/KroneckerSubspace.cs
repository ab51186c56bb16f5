using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// A structured random projection. The gradient of an output with respect to a layer's weights is the outer product
/// δaᵀ; its sketch is (P_outᵀδ)(P_inᵀa)ᵀ with random signs, q_out × q_in numbers per layer, so a pair costs little more
/// than a backward pass. The bias counts as the weight of a constant input. Gains and shifts of layer norm are
/// projected by a dense matrix of signs.
/// </summary>
internal sealed class KroneckerSubspace : ISubspace
{
    private readonly NetworkShape _shape;
    private readonly int _side;
    private readonly float[][] _in, _out, _norm;

    /// <param name="shape">Sizes.</param>
    /// <param name="dimension">
    /// Wanted; rounded down to layers × a square (two squares with layer norm), at least one number per square.
    /// </param>
    /// <param name="seed">Seed of the signs.</param>
    public KroneckerSubspace(NetworkShape shape, int dimension, ulong seed)
    {
        int layers = shape.LayerCount - 1;
        (_shape, _side) = (shape, Math.Max(1, (int)Math.Sqrt(dimension / (layers * (shape.LayerNorm ? 2 : 1)))));
        (_in, _out, _norm) = (new float[layers][], new float[layers][], new float[layers][]);
        float size = 1 / MathF.Sqrt(_side);
        for (int l = 0; l < layers; l++)
        {
            var stream = new RandomStream(seed, "kronecker", l);
            _in[l] = new float[_side * (shape.Layer(l).Inputs + 1)];
            _out[l] = new float[_side * shape.Layer(l).Outputs];
            Signs.Fill(ref stream, size, _in[l]);
            Signs.Fill(ref stream, size, _out[l]);
            _norm[l] = shape.LayerNorm ? new float[_side * _side * 2 * shape.Layer(l).Outputs] : [];
            Signs.Fill(ref stream, size / MathF.Sqrt(_side), _norm[l]);
        }
    }

    public int Dimension => _in.Length * PerLayer;

    private int PerLayer => _side * _side * (_shape.LayerNorm ? 2 : 1);

    public void Features(TrunkChunk chunk, Span<float> features)
    {
        int d = Dimension, q = _side;
        float[] inputs = new float[chunk.RowCount * q], outputs = new float[chunk.PairCount * q];
        chunk.StartBackward();
        for (int l = _in.Length - 1; l >= 0; l--)
        {
            LayerShape layer = _shape.Layer(l);
            int width = layer.Inputs + 1;
            for (int r = 0; r < chunk.RowCount; r++)
                for (int k = 0; k < q; k++)
                    inputs[r * q + k] = _in[l][k * width + layer.Inputs];
            Gemm.Multiply(false, true, chunk.RowCount, q, layer.Inputs, chunk.Activations(l), layer.Inputs, _in[l],
                width, inputs, q, accumulate: true);
            Gemm.Multiply(false, true, chunk.PairCount, q, layer.Outputs, chunk.BackSignals, layer.Outputs, _out[l],
                layer.Outputs, outputs, q);
            for (int r = 0; r < chunk.RowCount; r++)
                for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                    Outer(outputs.AsSpan(p * q, q), inputs.AsSpan(r * q, q),
                        features.Slice(p * d + l * PerLayer, q * q));
            if (layer.IsNormalized)
                NormFeatures(chunk, l, features);
            if (l > 0)
                chunk.Backward(l);
        }
    }

    public void AddTo(ReadOnlySpan<float> w, Span<float> parameters)
    {
        int q = _side;
        for (int l = 0; l < _in.Length; l++)
        {
            LayerShape layer = _shape.Layer(l);
            int width = layer.Inputs + 1;
            var left = new float[layer.Outputs * q];
            Gemm.Multiply(true, false, layer.Outputs, q, q, _out[l], layer.Outputs,
                w.Slice(l * PerLayer, q * q), q, left, q);
            Gemm.Multiply(false, false, layer.Outputs, layer.Inputs, q, left, q, _in[l], width,
                parameters[layer.WeightOffset..], layer.Inputs, accumulate: true);
            for (int o = 0; o < layer.Outputs; o++)
                for (int k = 0; k < q; k++)
                    parameters[layer.BiasOffset + o] += left[o * q + k] * _in[l][k * width + layer.Inputs];
            if (layer.IsNormalized)
                Gemm.Multiply(false, false, 1, 2 * layer.Outputs, q * q, w.Slice(l * PerLayer + q * q, q * q),
                    q * q, _norm[l],
                    2 * layer.Outputs, parameters[layer.GainOffset..], 2 * layer.Outputs, accumulate: true);
        }
    }

    private void NormFeatures(TrunkChunk chunk, int l, Span<float> features)
    {
        int width = _shape.Layer(l).Outputs, q = _side;
        var gradients = new float[chunk.PairCount * 2 * width];
        for (int r = 0; r < chunk.RowCount; r++)
            for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
            {
                ReadOnlySpan<float> signal = chunk.NormSignals.Slice(p * width, width);
                System.Numerics.Tensors.TensorPrimitives.Multiply(signal, chunk.Normalized(l, r),
                    gradients.AsSpan(2 * p * width, width));
                signal.CopyTo(gradients.AsSpan((2 * p + 1) * width));
            }
        Gemm.Multiply(false, true, chunk.PairCount, q * q, 2 * width, gradients, 2 * width, _norm[l], 2 * width,
            features[(l * PerLayer + q * q)..], Dimension);
    }

    private static void Outer(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> product)
    {
        for (int i = 0; i < x.Length; i++)
            System.Numerics.Tensors.TensorPrimitives.Multiply(y, x[i], product.Slice(i * y.Length, y.Length));
    }
}
