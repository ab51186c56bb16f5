using System.Runtime.Intrinsics;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// The passes of a step over a batch in panels. Each works on a range — of rows, or of a layer's inputs — that touches
/// no other range,
/// and every number is one chain of operations in a fixed order, so neither ranges nor threads show in the bits.
/// </summary>
internal sealed unsafe class PanelNetwork
{
    private const int Width = PanelProduct.Width;
    private readonly AlignedBuffer _parameters = new(), _transposed = new(), _gradient = new();
    private readonly BatchBuffers _batch;
    private readonly SparseInput? _sparse, _sparseSkip;

    /// <param name="batch">What the passes work on.</param>
    /// <param name="layout">Of the parameters.</param>
    /// <param name="sparse">The table's features, where the layout is for sparse ones.</param>
    public PanelNetwork(BatchBuffers batch, PanelLayout layout, SparseRows? sparse = null)
    {
        (_batch, Layout) = (batch, layout);
        if (sparse is not null)
        {
            _sparse = new SparseInput(sparse, batch, layout.Layers[0], 0);
            if (layout.HasSkip)
                _sparseSkip = new SparseInput(sparse, batch, layout.Matrices[^1], layout.Layers.Length - 1);
        }
        Parameters = _parameters.Reserve(layout.Length);
        Gradient = _gradient.Reserve(layout.Length);
        Transposed = _transposed.Reserve(layout.TransposedLength);
    }

    public PanelLayout Layout { get; }

    public float* Parameters { get; }

    public float* Gradient { get; }

    public float* Transposed { get; }

    /// <summary>
    /// What <see cref="Forward"/> and <see cref="Backward"/> drop of the hidden layers; nothing by default.
    /// </summary>
    public Dropout Dropout { get; set; }

    /// <summary>Takes over a network's flat parameters.</summary>
    public void Import(ReadOnlySpan<float> parameters)
    {
        Layout.Import(parameters, new Span<float>(Parameters, Layout.Length));
        RefreshTransposed();
    }

    /// <summary>Must follow every change of <see cref="Parameters"/> from outside.</summary>
    public void RefreshTransposed()
    {
        for (int l = 0; l < Layout.Matrices.Length; l++)
            Layout.Transpose(l, 0, Layout.Matrices[l].InputPanels, Parameters, Transposed);
    }

    /// <summary>Must follow every change of <see cref="Parameters"/> before <see cref="Forward"/>.</summary>
    public void Begin()
    {
        _sparse?.Begin(Parameters);
        _sparseSkip?.Begin(Parameters);
    }

    /// <summary>Raw outputs of batch rows.</summary>
    public void Forward(int from, int to)
    {
        // Bias and skip first: the heads go on from there.
        if (_sparseSkip is not null)
            _sparseSkip.Forward(Parameters, from, to, relu: false);
        else if (Layout.HasSkip)
            Dense(Layout.Matrices[^1], 0, Layout.Layers.Length, from, to, relu: false);
        for (int l = 0; l < Layout.Layers.Length; l++)
        {
            PanelLayer layer = Layout.Layers[l];
            bool relu = l < Layout.Layers.Length - 1 && !layer.IsNormalized;
            if (layer.IsSparse)
                _sparse!.Forward(Parameters, from, to, relu);
            else
                Dense(layer, l, l + 1, from, to, relu);
            if (layer.IsNormalized)
                PanelNorm.Forward(layer, l, _batch, Parameters, from, to);
            if (Dropout.IsActive && l < Layout.Layers.Length - 1)
                Dropout.Forward(l, _batch.Values[l + 1], _batch.PanelStride, layer.OutputPanels, from, to);
        }
    }

    /// <summary>From the gradient by the raw outputs of batch rows to that by every layer's outputs.</summary>
    /// <param name="from">First row.</param>
    /// <param name="to">Row behind the last.</param>
    /// <param name="fromTrunkSignals">Whether the trunk's part begins at
    /// <see cref="BatchBuffers.TrunkSignals"/>.</param>
    public void Backward(int from, int to, bool fromTrunkSignals = false)
    {
        for (int l = Layout.Layers.Length - 1; l > 0; l--)
        {
            PanelLayer layer = Layout.Layers[l];
            new PanelProduct
            {
                Depth = layer.Outputs,
                A = (fromTrunkSignals && l == Layout.Layers.Length - 1 ? _batch.TrunkSignals : _batch.Signals[l])
                    + from * Width,
                ARow = Width,
                AColumn = 1,
                ARun = Width,
                AJump = _batch.PanelStride,
                B = Parameters + layer.Weights,
                BPanel = layer.Outputs * Width,
                C = _batch.Signals[l - 1] + from * Width,
                CRow = Width,
                CPanel = _batch.PanelStride,
                Gate = _batch.Values[l] + from * Width,
            }.RunBlocked(to - from, layer.InputPanels);
            if (Dropout.IsActive)
                Dropout.Backward(_batch.Signals[l - 1], _batch.PanelStride, layer.InputPanels, from, to);
            if (Layout.Layers[l - 1].IsNormalized)
                PanelNorm.Backward(Layout.Layers[l - 1], l - 1, _batch, Parameters, from, to);
        }
    }

    /// <summary>
    /// The gradient of some input panels of a layer's weights, and with the first panel of its biases, gains and
    /// shifts.
    /// </summary>
    public void WeightGradient(int l, int fromPanel, int toPanel, int rows)
    {
        const int block = 256;
        PanelLayer layer = Layout.Matrices[l];
        (int input, int output) = layer.IsSkip ? (0, Layout.Layers.Length - 1) : (l, l);
        if (fromPanel == 0 && !layer.IsSkip)
            VectorGradients(l, layer, rows);
        if (layer.IsSparse)
        {
            (layer.IsSkip ? _sparseSkip : _sparse)!.WeightGradient(Gradient, fromPanel, toPanel, rows);
            return;
        }
        nint panel = layer.Outputs * Width;
        // A pair of input panels stays in the first-level cache while the signals stream past.
        for (int row = 0; row < rows; row += block)
            for (int p = fromPanel; p < toPanel; p += 2)
                for (int q = 0; q < layer.OutputPanels; q++)
                {
                    float* c = Gradient + layer.Weights + p * panel + q * Width * Width;
                    new PanelProduct
                    {
                        Depth = Math.Min(block, rows - row),
                        A = _batch.Signals[output] + q * _batch.PanelStride + row * Width,
                        ARow = 1,
                        AColumn = Width,
                        ARun = block,
                        B = _batch.Values[input] + p * _batch.PanelStride + row * Width,
                        BPanel = _batch.PanelStride,
                        C = c,
                        CRow = Width,
                        CPanel = panel,
                        Start = row > 0 ? c : null,
                        StartRow = Width,
                        StartPanel = panel,
                    }.Run(Math.Min(Width, layer.Outputs - q * Width), Math.Min(2, toPanel - p));
                }
    }

    private void Dense(PanelLayer layer, int input, int output, int from, int to, bool relu)
    {
        float* sums = _batch.Values[output] + from * Width;
        bool goesOn = Layout.HasSkip && output == Layout.Layers.Length && !layer.IsSkip;
        new PanelProduct
        {
            Depth = layer.Inputs,
            A = _batch.Values[input] + from * Width,
            ARow = Width,
            AColumn = 1,
            ARun = Width,
            AJump = _batch.PanelStride,
            B = Transposed + layer.Transposed,
            BPanel = layer.Inputs * Width,
            C = sums,
            CRow = Width,
            CPanel = _batch.PanelStride,
            Start = goesOn ? sums : Parameters + layer.Bias,
            StartRow = goesOn ? Width : 0,
            StartPanel = goesOn ? _batch.PanelStride : Width,
            Relu = relu,
        }.RunBlocked(to - from, layer.OutputPanels);
    }

    private void VectorGradients(int l, PanelLayer layer, int rows)
    {
        SumRows(_batch.Signals[l], layer, layer.Bias, rows);
        if (!layer.IsNormalized)
            return;
        SumRows(_batch.Normalized[l], layer, layer.Gain, rows);
        SumRows(_batch.ShiftSignals[l], layer, layer.Shift, rows);
    }

    private void SumRows(float* values, PanelLayer layer, int target, int rows)
    {
        for (int j = 0; j < layer.VectorLength; j += Vector256<float>.Count)
        {
            float* column = values + j / Width * _batch.PanelStride + j % Width;
            Vector256<float> sum = default;
            for (int row = 0; row < rows; row++)
                sum += Vector256.Load(column + row * Width);
            sum.Store(Gradient + target + j);
        }
    }
}
