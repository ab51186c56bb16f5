using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// What a batch passes through in a branching network, row-major, forwards and backwards. Rows do not touch one
/// another, so threads may share a batch.
/// </summary>
internal sealed class TreePass
{
    private readonly TreeShape _shape;
    private readonly float[][] _values, _signals, _masks;

    // Layer norm: n; the gradients by the gains and by the shifts; 1/√(variance + ε) of each branch.
    private readonly float[][] _normalized, _gainSignals, _shiftSignals, _scales;

    // What heads send down, where that is not what they learn from.
    private readonly float[]?[] _sent;

    /// <param name="shape">Sizes.</param>
    /// <param name="maxRows">Most rows of a batch.</param>
    /// <param name="training">Whether there is a way back.</param>
    public TreePass(TreeShape shape, int maxRows, bool training)
    {
        _shape = shape;
        Features = new float[maxRows * shape.FeatureCount];
        Outputs = new float[maxRows * shape.Heads.OutputCount];
        _values = [.. shape.Blocks.Select(b => new float[maxRows * b.Outputs])];
        OutputSignals = new float[training ? Outputs.Length : 0];
        _signals = [.. shape.Blocks.Select(b => new float[training ? maxRows * b.Outputs : 0])];
        _masks = [.. shape.Blocks.Select(b => new float[training && !b.IsHead ? maxRows * b.Outputs : 0])];
        _normalized = [.. shape.Blocks.Select(b => new float[b.IsNormalized ? maxRows * b.Outputs : 0])];
        _gainSignals = [.. shape.Blocks.Select(b => new float[training && b.IsNormalized ? maxRows * b.Outputs : 0])];
        _shiftSignals = [.. _gainSignals.Select(own => new float[own.Length])];
        _sent = new float[]?[shape.Blocks.Length];
        _scales = [.. shape.Blocks.Select(b => new float[b.IsNormalized ? maxRows * b.Outputs / b.NormWidth : 0])];
    }

    /// <summary>The caller fills them.</summary>
    public float[] Features { get; }

    /// <summary>Raw outputs, in task order.</summary>
    public float[] Outputs { get; }

    /// <summary>Gradient by <see cref="Outputs"/>; the caller fills it.</summary>
    public float[] OutputSignals { get; }

    /// <summary>From features to raw outputs.</summary>
    public void Forward(ReadOnlySpan<float> parameters, int from, int to, in UnitDropout dropout)
    {
        for (int b = 0; b < _shape.Blocks.Length; b++)
        {
            TreeBlock block = _shape.Blocks[b];
            Span<float> values = _values[b].AsSpan(from * block.Outputs, (to - from) * block.Outputs);
            Gemm.Multiply(false, true, to - from, block.Outputs, block.Inputs, Input(block, from),
                Stride(block), parameters.Slice(block.WeightOffset, block.Inputs * block.Outputs), block.Inputs, values,
                block.Outputs);
            DenseLayer.AddBias(values, parameters.Slice(block.BiasOffset, block.Outputs), to - from,
                relu: !block.IsHead && !block.IsNormalized);
            if (block.IsNormalized)
                Normalize(b, parameters, from, to);
            if (block.IsHead)
                Exchange(block, _values[b], Outputs, from, to, toBlock: false);
            else if (dropout.IsActive)
                for (int row = from; row < to; row++)
                {
                    Span<float> own = _values[b].AsSpan(row * block.Outputs, block.Outputs);
                    Span<float> mask = _masks[b].AsSpan(row * block.Outputs, block.Outputs);
                    dropout.Fill(b, row, mask);
                    TensorPrimitives.Multiply(own, mask, own);
                }
        }
    }

    /// <summary>
    /// Makes ready that heads send down other signals than those they learn from; before threads share a batch.
    /// </summary>
    public void ReserveTrunkWeights()
    {
        for (int b = 0; b < _sent.Length; b++)
            if (_shape.Blocks[b].IsHead)
                _sent[b] ??= new float[_signals[b].Length];
    }

    /// <summary>
    /// From the gradient by the raw outputs to that by every block's sums; as often as wanted after a forward pass.
    /// </summary>
    /// <param name="parameters">Where.</param>
    /// <param name="from">First row.</param>
    /// <param name="to">One behind the last.</param>
    /// <param name="dropout">Whether units were dropped.</param>
    /// <param name="trunkWeights">What each task's part is multiplied by below its head; empty = all 1.</param>
    public void Backward(ReadOnlySpan<float> parameters, int from, int to, bool dropout,
        ReadOnlySpan<float> trunkWeights = default)
    {
        for (int b = _shape.Blocks.Length - 1; b >= 0; b--)
        {
            TreeBlock block = _shape.Blocks[b];
            if (block.IsHead)
                Exchange(block, _signals[b], OutputSignals, from, to, toBlock: true);
            else
                ThroughRelu(b, from * block.Outputs, to * block.Outputs, dropout);
            if (block.IsNormalized)
                ThroughNorm(b, parameters, from, to);
            if (block.Parent < 0)
                continue;
            TreeBlock parent = _shape.Blocks[block.Parent];
            float[] down = block.IsHead && !trunkWeights.IsEmpty ? Weigh(b, trunkWeights, from, to) : _signals[b];
            Gemm.Multiply(false, false, to - from, block.Inputs, block.Outputs,
                down.AsSpan(from * block.Outputs, (to - from) * block.Outputs), block.Outputs,
                parameters.Slice(block.WeightOffset, block.Inputs * block.Outputs), block.Inputs,
                _signals[block.Parent].AsSpan(from * parent.Outputs + block.ParentColumn), parent.Outputs);
        }
    }

    /// <summary>The gradient of some outputs of a block: weights, biases, gains and shifts, over all rows of the
    /// batch.</summary>
    public void Gradient(int b, int fromUnit, int toUnit, int rows, Span<float> gradient)
    {
        TreeBlock block = _shape.Blocks[b];
        Gemm.Multiply(true, false, toUnit - fromUnit, block.Inputs, rows, _signals[b].AsSpan(fromUnit), block.Outputs,
            Input(block, 0), Stride(block), gradient[(block.WeightOffset + fromUnit * block.Inputs)..], block.Inputs);
        SumRows(_signals[b], gradient.Slice(block.BiasOffset, block.Outputs)[fromUnit..toUnit]);
        if (!block.IsNormalized)
            return;
        SumRows(_gainSignals[b], gradient.Slice(block.GainOffset, block.Outputs)[fromUnit..toUnit]);
        SumRows(_shiftSignals[b], gradient.Slice(block.ShiftOffset, block.Outputs)[fromUnit..toUnit]);

        void SumRows(float[] values, Span<float> sum)
        {
            sum.Clear();
            for (int row = 0; row < rows; row++)
                TensorPrimitives.Add(sum, values.AsSpan(row * block.Outputs + fromUnit, sum.Length), sum);
        }
    }

    private ReadOnlySpan<float> Input(TreeBlock block, int row) => block.Parent < 0
        ? Features.AsSpan(row * block.Inputs)
        : _values[block.Parent].AsSpan(row * Stride(block) + block.ParentColumn);

    private int Stride(TreeBlock block) => block.Parent < 0 ? block.Inputs : _shape.Blocks[block.Parent].Outputs;

    private void ThroughRelu(int b, int from, int to, bool dropout)
    {
        for (int i = from; i < to; i++)
            _signals[b][i] = _values[b][i] > 0 ? dropout ? _signals[b][i] * _masks[b][i] : _signals[b][i] : 0;
    }

    // Every branch for itself, as networks of their own would be.
    private void Normalize(int b, ReadOnlySpan<float> parameters, int from, int to)
    {
        TreeBlock block = _shape.Blocks[b];
        int width = block.NormWidth, branches = block.Outputs / width;
        for (int i = from * branches; i < to * branches; i++)
            _scales[b][i] = LayerNorm.Forward(_values[b].AsSpan(i * width, width),
                _normalized[b].AsSpan(i * width, width),
                parameters.Slice(block.GainOffset + i % branches * width, width),
                parameters.Slice(block.ShiftOffset + i % branches * width, width));
    }

    // From the gradient by gain·n + shift.
    private void ThroughNorm(int b, ReadOnlySpan<float> parameters, int from, int to)
    {
        TreeBlock block = _shape.Blocks[b];
        int width = block.NormWidth, branches = block.Outputs / width;
        for (int i = from * branches; i < to * branches; i++)
        {
            ReadOnlySpan<float> n = _normalized[b].AsSpan(i * width, width);
            Span<float> signal = _signals[b].AsSpan(i * width, width),
                shift = _shiftSignals[b].AsSpan(i * width, width);
            signal.CopyTo(shift);
            TensorPrimitives.Multiply(signal, parameters.Slice(block.GainOffset + i % branches * width, width), signal);
            LayerNorm.Differentiate(n, _scales[b][i], signal);
            TensorPrimitives.Multiply(n, shift, _gainSignals[b].AsSpan(i * width, width));
        }
    }

    private float[] Weigh(int b, ReadOnlySpan<float> trunkWeights, int from, int to)
    {
        TreeBlock block = _shape.Blocks[b];
        for (int row = from; row < to; row++)
        {
            int column = row * block.Outputs;
            foreach (int task in block.Tasks)
            {
                int count = _shape.Heads.Tasks[task].OutputCount;
                TensorPrimitives.Multiply(_signals[b].AsSpan(column, count), trunkWeights[task],
                    _sent[b].AsSpan(column, count));
                column += count;
            }
        }
        return _sent[b]!;
    }

    // Heads' outputs lie by branch in a block, by task outside.
    private void Exchange(TreeBlock block, float[] own, float[] all, int from, int to, bool toBlock)
    {
        int column = 0, width = _shape.Heads.OutputCount;
        foreach (int task in block.Tasks)
        {
            int count = _shape.Heads.Tasks[task].OutputCount, first = _shape.Heads.OutputOffset(task);
            for (int row = from; row < to; row++)
            {
                Span<float> inner = own.AsSpan(row * block.Outputs + column, count),
                    outer = all.AsSpan(row * width + first, count);
                if (toBlock)
                    outer.CopyTo(inner);
                else
                    inner.CopyTo(outer);
            }
            column += count;
        }
    }
}
