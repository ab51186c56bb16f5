using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Inner products of a layer's inputs, row by row of the batch, plus 1 for the bias: K = X·Xᵀ + 1. A unit's gradients
/// are Xᵀ·D with a column of D per task, so that their inner products are Dᵀ·K·D, without the gradients themselves.
/// </summary>
internal sealed unsafe class RowKernel(BatchBuffers batch, int layer, int inputs)
{
    private const int Width = PanelProduct.Width;
    private readonly AlignedBuffer _columnMemory = new(), _memory = new(), _oneMemory = new();
    private float* _columns, _values, _ones;

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride { get; private set; }

    /// <summary>Makes room for a batch of some rows.</summary>
    public void Begin(int rows)
    {
        int panels = PanelProduct.Panels(rows);
        Stride = panels * Width;
        _columns = _columnMemory.Reserve(checked(panels * Width * inputs));
        _values = _memory.Reserve(checked(panels * Width * panels * Width));
        _ones = _oneMemory.Reserve(Width);
        new Span<float>(_ones, Width).Fill(1);
    }

    /// <summary>Lays out some rows, of one panel, column by column.</summary>
    public void Gather(int from, int to)
    {
        for (int p = 0; p < PanelProduct.Panels(inputs); p++)
            Transposition.Copy(batch.Values[layer] + p * batch.PanelStride + from * Width, Width,
                _columns + ((nint)from * inputs + p * Width * Width), Width, to - from,
                Math.Min(Width, inputs - p * Width));
    }

    /// <summary>Products of some rows with themselves and all later ones, both ways; all rows must be
    /// gathered.</summary>
    public void Multiply(int from, int to, int rows)
    {
        int first = from / Width;
        new PanelProduct
        {
            Depth = inputs,
            A = batch.Values[layer] + from * Width,
            ARow = Width,
            AColumn = 1,
            ARun = Width,
            AJump = batch.PanelStride,
            B = _columns + (nint)first * Width * inputs,
            BPanel = (nint)inputs * Width,
            C = _values + from * Stride + first * Width,
            CRow = Stride,
            CPanel = Width,
            Start = _ones,
        }.RunBlocked(to - from, PanelProduct.Panels(rows) - first);
        if (to < rows)
            Transposition.Copy(_values + from * Stride + to, Stride, _values + to * Stride + from, Stride, to - from,
                rows - to);
    }

    /// <summary>Products of a row with all rows.</summary>
    public float* Row(int row) => _values + row * Stride;
}
