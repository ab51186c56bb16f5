using System.Runtime.Intrinsics;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// The first layer, or the skip, on features of which few deviate from a usual value u: W·x = W·u + Σ over the
/// deviations only. Its weights lie input by input, so that a deviation touches one stretch of them. Where u = 0,
/// results have the same bits as those of all cells.
/// </summary>
internal sealed unsafe class SparseInput
{
    private const int Width = PanelProduct.Width;
    private readonly AlignedBuffer _memory = new();
    private readonly SparseRows _rows;
    private readonly BatchBuffers _batch;
    private readonly PanelLayer _layer;
    private readonly float* _start;
    private readonly int _output;

    /// <param name="rows">The features.</param>
    /// <param name="batch">What it works on.</param>
    /// <param name="layer">Where the weights are.</param>
    /// <param name="output">The layer whose sums it makes.</param>
    public SparseInput(SparseRows rows, BatchBuffers batch, PanelLayer layer, int output)
    {
        (_rows, _batch, _layer, _output) = (rows, batch, layer, output);
        _start = _memory.Reserve(layer.VectorLength);
    }

    /// <summary>Prepares forward passes with these parameters: bias + W·u.</summary>
    public void Begin(float* parameters)
    {
        new ReadOnlySpan<float>(parameters + _layer.Bias, _layer.VectorLength)
            .CopyTo(new Span<float>(_start, _layer.VectorLength));
        if (!_rows.HasUsual)
            return;
        for (int c = 0; c < _rows.Usual.Length; c++)
            AddScaled(parameters + _layer.Weights + c * (nint)_layer.VectorLength, _rows.Usual[c], _start);
    }

    /// <summary>The layer's sums of batch rows, clipped at 0 if asked.</summary>
    public void Forward(float* parameters, int from, int to, bool relu)
    {
        fixed (int* columns = _rows.Columns)
        fixed (float* values = _rows.Values)
            for (int row = from; row < to; row++)
            {
                SparseProduct product = Product(columns, values, parameters, _batch.Values[_output + 1], row);
                int first = _batch.Rows[row] * _rows.Blocks;
                product.Gather(_rows.Starts[first], _rows.Starts[first + _rows.Blocks], _start);
                if (relu)
                    Clip(product.Row);
            }
    }

    /// <summary>
    /// The gradient of the weights of some input panels, which begin and end with blocks of the rows.
    /// </summary>
    public void WeightGradient(float* gradient, int fromPanel, int toPanel, int rows)
    {
        const int blockPanels = SparseRows.BlockColumns / Width;
        fixed (int* columns = _rows.Columns)
        fixed (float* values = _rows.Values)
            for (int panel = fromPanel; panel < toPanel; panel += blockPanels)
            {
                Clear(gradient, panel, Math.Min(toPanel, panel + blockPanels), rows);
                for (int row = 0; row < rows; row++)
                {
                    int block = _batch.Rows[row] * _rows.Blocks + panel / blockPanels;
                    Product(columns, values, gradient, _batch.Signals[_output], row)
                        .Scatter(_rows.Starts[block], _rows.Starts[block + 1]);
                }
            }
    }

    private SparseProduct Product(int* columns, float* values, float* matrix, float* rows, int row) => new()
    {
        Columns = columns,
        Values = values,
        Dense = matrix + _layer.Weights,
        Stride = _layer.VectorLength,
        Row = rows + row * Width,
        PanelStride = _batch.PanelStride,
    };

    // u·Σ of the signals, which is 0 where u = 0.
    private void Clear(float* gradient, int fromPanel, int toPanel, int rows)
    {
        nint stride = _layer.VectorLength;
        float* weights = gradient + _layer.Weights;
        new Span<float>(weights + fromPanel * Width * stride, (int)((toPanel - fromPanel) * Width * stride)).Clear();
        if (!_rows.HasUsual)
            return;
        for (int j = 0; j < stride; j += Vector256<float>.Count)
        {
            float* signal = _batch.Signals[_output] + j / Width * _batch.PanelStride + j % Width;
            Vector256<float> sum = default;
            for (int row = 0; row < rows; row++)
                sum += Vector256.Load(signal + row * Width);
            for (int c = fromPanel * Width; c < Math.Min(toPanel * Width, _layer.Inputs); c++)
                (sum * _rows.Usual[c]).Store(weights + c * stride + j);
        }
    }

    private void Clip(float* row)
    {
        for (int j = 0; j < _layer.VectorLength; j += Vector256<float>.Count)
        {
            float* at = row + j / Width * _batch.PanelStride + j % Width;
            Vector256<float> value = Vector256.Load(at);
            // Not "greater": NaN must come through.
            Vector256.AndNot(value, Vector256.LessThanOrEqual(value, Vector256<float>.Zero)).Store(at);
        }
    }

    private void AddScaled(float* row, float scale, float* sum)
    {
        if (scale == 0)
            return;
        for (int j = 0; j < _layer.VectorLength; j += Vector256<float>.Count)
            (Vector256.Load(sum + j) + Vector256.Load(row + j) * scale).Store(sum + j);
    }
}
