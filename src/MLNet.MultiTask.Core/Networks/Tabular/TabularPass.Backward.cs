using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

internal sealed partial class TabularPass
{
    [ThreadStatic]
    private static float[]? _summed;

    /// <summary>From the gradient by the raw outputs to that by every layer's sums and by the inputs.</summary>
    /// <param name="parameters">Where.</param>
    /// <param name="signals">Its outputs are filled; the rest is computed.</param>
    /// <param name="from">First row.</param>
    /// <param name="to">Behind the last row.</param>
    /// <param name="dropout">Whether units were dropped on the way forwards.</param>
    public void Backward(ReadOnlySpan<float> parameters, TabularSignals signals, int from, int to, bool dropout)
    {
        if (_shape.LinearSkip)
            SumMembers(signals, from, to);
        for (int l = _shape.Layers.Length - 1; l >= 0; l--)
        {
            TabularLayer layer = _shape.Layers[l];
            if (!layer.IsHead)
                ThroughActivation(signals, l, from, to, dropout);
            (int first, int rows, int copies) = Passed(layer, from, to);
            Span<float> below = (l == 0 ? signals.Inputs : signals.Sums[l - 1])
                .AsSpan(first * layer.Inputs, rows * copies * layer.Inputs);
            for (int i = 0; i < copies; i++)
                Gemm.Multiply(false, false, rows, layer.Inputs, layer.Outputs,
                    signals.Sums[l].AsSpan((first + i) * layer.Outputs), copies * layer.Outputs,
                    Weights(parameters, layer, i), layer.Inputs, below[(i * layer.Inputs)..], copies * layer.Inputs);
            TensorPrimitives.Multiply(below, layer.Scale, below);
        }
    }

    /// <summary>
    /// The gradient of some units' weights, biases and activation slopes; of heads, units of one member.
    /// </summary>
    /// <param name="signals">From the way backwards.</param>
    /// <param name="l">Layer.</param>
    /// <param name="fromUnit">First unit.</param>
    /// <param name="toUnit">Behind the last unit.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="gradient">In the layout of the parameters, from number <paramref name="origin"/> on.</param>
    /// <param name="origin">Its first parameter.</param>
    public void LayerGradient(TabularSignals signals, int l, int fromUnit, int toUnit, int rows, Span<float> gradient,
        int origin = 0)
    {
        TabularLayer layer = _shape.Layers[l];
        (_, int passed, int copies) = Passed(layer, 0, rows);
        float[] ofSums = layer.IsHead ? signals.Outputs : signals.Sums[l];
        Span<float> weights = gradient.Slice(layer.WeightOffset - origin + fromUnit * layer.Inputs,
            (toUnit - fromUnit) * layer.Inputs);
        Gemm.Multiply(true, false, toUnit - fromUnit, layer.Inputs, passed, ofSums.AsSpan(fromUnit), layer.Units,
            InputOf(l).AsSpan(fromUnit / layer.Outputs * layer.Inputs), copies * layer.Inputs, weights, layer.Inputs);
        TensorPrimitives.Multiply(weights, layer.Scale, weights);
        SumRows(ofSums, gradient.Slice(layer.BiasOffset - origin + fromUnit, toUnit - fromUnit));
        if (!layer.IsHead)
            SumRows(signals.Slopes[l], gradient.Slice(layer.SlopeOffset - origin + fromUnit, toUnit - fromUnit));

        void SumRows(float[] values, Span<float> sums)
        {
            sums.Clear();
            for (int row = 0; row < passed; row++)
                TensorPrimitives.Add(sums, values.AsSpan(row * layer.Units + fromUnit, sums.Length), sums);
        }
    }

    /// <summary>The gradient of the linear path's weights of some outputs.</summary>
    public void DirectGradient(TabularSignals signals, int fromOutput, int toOutput, int rows, Span<float> gradient)
    {
        int width = _shape.Heads.OutputCount, features = _shape.FeatureCount;
        Span<float> weights =
            gradient.Slice(_shape.SkipOffset + fromOutput * features, (toOutput - fromOutput) * features);
        Gemm.Multiply(true, false, toOutput - fromOutput, features, rows, signals.Direct.AsSpan(fromOutput), width,
            Scaled, features, weights, features);
        TensorPrimitives.Multiply(weights, 1 / MathF.Sqrt(features), weights);
    }

    /// <summary>The gradient of one feature's embedding and of the factors behind it.</summary>
    public void FeatureGradient(ReadOnlySpan<float> parameters, TabularSignals signals, int feature, int rows,
        Span<float> gradient)
    {
        int slot = _shape.Slot(feature), width = _shape.Slot(feature + 1) - slot, slots = _shape.SlotCount;
        int members = _shape.Members;
        ReadOnlySpan<float> diagonal = parameters.Slice(_shape.DiagonalOffset + slot, width);
        Span<float> ofDiagonal = gradient.Slice(_shape.DiagonalOffset + slot, width);
        int offset = _shape.EmbeddingOffset(feature), length = _shape.EmbeddingOffset(feature + 1) - offset;
        Span<float> own = gradient.Slice(offset, length);
        bool periodic = length > 0 && _shape.Embedding == FeatureEmbedding.Periodic;
        // Signals of a number's outputs, of all rows where they are needed together.
        if (_summed is null || _summed.Length < rows * width)
            _summed = new float[rows * width];
        Span<float> undone = stackalloc float[width];
        ofDiagonal.Clear();
        own.Clear();
        for (int i = 0; members > 1 && i < members; i++)
            gradient.Slice(_shape.MemberOffset(i) + slot, width).Clear();
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = Slots.AsSpan(row * slots + slot, width);
            Span<float> summed = _summed.AsSpan(row * width, width);
            if (members > 1)
                SumSignals(parameters, signals, row, slot, diagonal, undone, summed, gradient);
            else if (periodic)
            {
                // Four numbers: calls would take longer than they do.
                Vector128<float> signal = Vector128.Create<float>(signals.Inputs.AsSpan(row * slots + slot, width));
                (Vector128.Create<float>(ofDiagonal) + signal * Vector128.Create(values)).CopyTo(ofDiagonal);
                (signal * Vector128.Create(diagonal)).CopyTo(summed);
                continue;
            }
            else
                signals.Inputs.AsSpan(row * slots + slot, width).CopyTo(summed);
            TensorPrimitives.MultiplyAdd(summed, values, ofDiagonal, ofDiagonal);
            TensorPrimitives.Multiply(summed, diagonal, summed);
            if (length > 0 && !periodic)
                PiecewiseLinearEmbedding.Backward(_edges[feature], Scaled[row * _shape.FeatureCount + feature], summed,
                    own);
        }
        if (periodic)
            PeriodicEmbedding.Backward(parameters.Slice(offset, length), Scaled.AsSpan(feature), _shape.FeatureCount,
                _summed.AsSpan(0, rows * width), own);
    }

    // A row's signals times the members' factors, summed over members; the gradients of those factors.
    private void SumSignals(ReadOnlySpan<float> parameters, TabularSignals signals, int row, int slot,
        ReadOnlySpan<float> diagonal, Span<float> undone, Span<float> summed, Span<float> gradient)
    {
        int slots = _shape.SlotCount, members = _shape.Members, width = summed.Length;
        TensorPrimitives.Multiply(Slots.AsSpan(row * slots + slot, width), diagonal, undone);
        summed.Clear();
        for (int i = 0; i < members; i++)
        {
            ReadOnlySpan<float> signal = signals.Inputs.AsSpan((row * members + i) * slots + slot, width);
            Span<float> ofMember = gradient.Slice(_shape.MemberOffset(i) + slot, width);
            TensorPrimitives.MultiplyAdd(signal, undone, ofMember, ofMember);
            TensorPrimitives.MultiplyAdd(signal, parameters.Slice(_shape.MemberOffset(i) + slot, width), summed,
                summed);
        }
    }

    private void SumMembers(TabularSignals signals, int from, int to)
    {
        int width = _shape.Heads.OutputCount;
        signals.Direct.AsSpan(from * width, (to - from) * width).Clear();
        for (int row = from * _shape.Members; row < to * _shape.Members; row++)
        {
            Span<float> sum = signals.Direct.AsSpan(row / _shape.Members * width, width);
            TensorPrimitives.Add(sum, signals.Outputs.AsSpan(row * width, width), sum);
        }
    }

    private void ThroughActivation(TabularSignals signals, int l, int from, int to, bool dropout)
    {
        int width = _shape.Members * _shape.Layers[l].Outputs, at = from * width, count = (to - from) * width;
        Span<float> own = signals.Sums[l].AsSpan(at, count);
        if (dropout)
            TensorPrimitives.Multiply(own, Masks[l].AsSpan(at, count), own);
        TensorPrimitives.Multiply(BySlope[l].AsSpan(at, count), own, signals.Slopes[l].AsSpan(at, count));
        TensorPrimitives.Multiply(own, SumSlopes[l].AsSpan(at, count), own);
    }
}
