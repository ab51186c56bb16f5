using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Random signs that shorten a dense layer's inputs x to k numbers S·x with E⟨Sx, Sy⟩ = ⟨x, y⟩ (Achlioptas 2003). A
/// weight gradient is Σ x·δᵀ over the rows, so a sketch of the inputs is one of the gradient's; its inner products have
/// a standard error of at most √(2/k)·‖g‖‖h‖.
/// </summary>
internal sealed unsafe class InputSketch
{
    private const int Width = PanelProduct.Width;
    private readonly AlignedBuffer _signMemory = new(), _memory = new();
    private readonly BatchBuffers _batch;
    private readonly int _layer, _inputs;
    private readonly float* _signs;

    /// <param name="batch">The batch.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="size">k, a multiple of 16.</param>
    public InputSketch(BatchBuffers batch, int layer, int inputs, int size)
    {
        (_batch, _layer, _inputs, Size) = (batch, layer, inputs, size);
        _signs = _signMemory.Reserve(inputs * size);
        Values = _memory.Reserve(checked((int)(size / Width * batch.PanelStride)));
    }

    /// <summary>k.</summary>
    public int Size { get; }

    /// <summary>The sketches in panels, as the batch's own values.</summary>
    public float* Values { get; }

    /// <summary>Draws new signs: over the steps, errors average out.</summary>
    public void Draw(ulong seed, int step)
    {
        var random = new RandomStream(seed + (ulong)_layer, "gramian sketch", step);
        float scale = 1 / MathF.Sqrt(Size);
        // In panels of 16 of the k numbers, a row of signs per input.
        for (int i = 0; i < _inputs * Size; i += Width)
        {
            ulong bits = random.NextUInt64();
            for (int j = 0; j < Width; j++)
                _signs[i + j] = (bits >> j & 1) == 0 ? scale : -scale;
        }
    }

    /// <summary>Sketches some rows.</summary>
    public void Compute(int from, int to) => new PanelProduct
    {
        Depth = _inputs,
        A = _batch.Values[_layer] + from * Width,
        ARow = Width,
        AColumn = 1,
        ARun = Width,
        AJump = _batch.PanelStride,
        B = _signs,
        BPanel = (nint)_inputs * Width,
        C = Values + from * Width,
        CRow = Width,
        CPanel = _batch.PanelStride,
    }.RunBlocked(to - from, Size / Width);
}
