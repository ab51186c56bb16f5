using System.Runtime.Intrinsics;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Shortens a layer's inputs to k numbers. A weight gradient is Σ x·δᵀ over the rows, so a sketch of the inputs is one
/// of the gradient's.
/// </summary>
internal sealed unsafe class InputSketch
{
    private const int Width = PanelProduct.Width;
    private readonly AlignedBuffer _memory = new(), _startMemory = new();
    private readonly BatchBuffers _batch;
    private readonly PanelSketch _sketch;
    private readonly SparseRows? _sparse;
    private readonly int[] _groups;
    private readonly int _layer;
    private readonly bool _hasBias;
    private readonly float* _start;

    /// <param name="batch">The batch.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="size">k, a multiple of 16.</param>
    /// <param name="hasBias">Whether an input that is always 1 is among them.</param>
    /// <param name="sparse">The layer's inputs, where they are sparse.</param>
    public InputSketch(BatchBuffers batch, int layer, int inputs, int size, bool hasBias, SparseRows? sparse)
    {
        (_batch, _layer, _hasBias, _sparse) = (batch, layer, hasBias, sparse);
        _sketch = new PanelSketch(inputs, size);
        _groups = new int[_sketch.Panels];
        _start = _startMemory.Reserve(Size);
        Values = _memory.Reserve(checked((int)(_sketch.Groups * batch.PanelStride)));
    }

    /// <summary>k.</summary>
    public int Size => _sketch.Size;

    /// <summary>The sketches in panels, as the batch's own values.</summary>
    public float* Values { get; }

    /// <summary>Draws places and signs anew: over the steps, errors average out.</summary>
    public void Draw(ulong seed, int step)
    {
        var random = new RandomStream(seed + (ulong)_layer, "gramian sketch", step);
        _sketch.Draw(ref random);
        for (int g = 0; g < _sketch.Groups; g++)
            for (int i = _sketch.Starts[g]; i < _sketch.Starts[g + 1]; i++)
                _groups[_sketch.Order[i]] = g;
        new Span<float>(_start, Size).Clear();
        if (_hasBias)
            _start[random.NextInt32(Size)] = 1 - 2 * random.NextInt32(2);
        for (int c = 0; _sparse is { HasUsual: true } && c < _sparse.Usual.Length; c++)
            _start[Place(c)] += _sketch.Signs[c] * _sparse.Usual[c];
    }

    /// <summary>Sketches some rows.</summary>
    public void Compute(int from, int to)
    {
        for (int g = 0; g < _sketch.Groups; g++)
            for (int row = from; row < to; row++)
                new ReadOnlySpan<float>(_start + g * Width, Width).CopyTo(
                    new Span<float>(Values + g * _batch.PanelStride + (nint)row * Width, Width));
        if (_sparse is not null)
            AddSparse(from, to);
        else
            for (int p = 0; p < _sketch.Panels; p++)
                AddPanel(p, from, to);
    }

    private int Place(int input) =>
        _groups[input / Width] * Width + ((input ^ _sketch.Turns[input / Width]) & Width - 1);

    private void AddPanel(int panel, int from, int to)
    {
        int turn = _sketch.Turns[panel];
        float* signs = _sketch.Signs + panel * Width;
        Vector256<float> low = Vector256.Load(signs), high = Vector256.Load(signs + 8);
        Vector256<int> order = Vector256<int>.Indices ^ Vector256.Create(turn & 7);
        float* source = _batch.Values[_layer] + panel * _batch.PanelStride;
        float* target = Values + _groups[panel] * _batch.PanelStride;
        float* first = target + (turn & 8), second = target + (8 - (turn & 8));
        for (nint at = (nint)from * Width; at < (nint)to * Width; at += Width)
        {
            (Vector256.Load(first + at) + Vector256.Shuffle(low * Vector256.Load(source + at), order))
                .Store(first + at);
            (Vector256.Load(second + at) + Vector256.Shuffle(high * Vector256.Load(source + at + 8), order))
                .Store(second + at);
        }
    }

    private void AddSparse(int from, int to)
    {
        SparseRows sparse = _sparse!;
        for (int row = from; row < to; row++)
        {
            int first = _batch.Rows[row] * sparse.Blocks;
            for (int e = sparse.Starts[first]; e < sparse.Starts[first + sparse.Blocks]; e++)
            {
                int place = Place(sparse.Columns[e]);
                Values[place / Width * _batch.PanelStride + (nint)row * Width + place % Width] +=
                    _sketch.Signs[sparse.Columns[e]] * sparse.Values[e];
            }
        }
    }
}
