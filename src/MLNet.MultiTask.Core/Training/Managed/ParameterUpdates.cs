using System.Runtime.Intrinsics;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>AdamW on the parameters of a panel network, cut into parts that threads take.</summary>
internal sealed unsafe class ParameterUpdates
{
    private const int Width = PanelProduct.Width;
    private const int NormPiece = 1024;
    private readonly AlignedBuffer _firstMemory = new(), _secondMemory = new();
    private readonly float* _first, _second;
    private readonly PanelNetwork _network;
    private readonly (int Layer, int From, int To)[] _parts;
    private AdamW _adam;
    private float _scale;

    public ParameterUpdates(PanelNetwork network, int threads)
    {
        _network = network;
        _first = _firstMemory.Reserve(network.Layout.Length);
        _second = _secondMemory.Reserve(network.Layout.Length);
        _parts = Cut(network.Layout, threads);
    }

    /// <summary>Number of parts.</summary>
    public int Parts => _parts.Length;

    public Span<float> FirstMoments => new(_first, _network.Layout.Length);

    public Span<float> SecondMoments => new(_second, _network.Layout.Length);

    /// <summary>Chooses the step that <see cref="Apply"/> makes.</summary>
    public void Begin(AdamW adam) => (_adam, _scale) = (adam, 1);

    /// <summary>Scales a gradient that is longer than <paramref name="limit"/> down to it.</summary>
    public void Limit(float limit) => _scale = (float)Math.Min(1, limit / (GradientNorm() + 1e-6));

    /// <summary>The gradient of a part, from a batch of some rows.</summary>
    public void Gradient(int part, int rows)
    {
        (int layer, int from, int to) = _parts[part];
        _network.WeightGradient(layer, from, to, rows);
    }

    /// <summary>Moves a part's parameters.</summary>
    public void Apply(int part)
    {
        (int l, int from, int to) = _parts[part];
        PanelLayer layer = _network.Layout.Matrices[l];
        Move(layer.Weights + from * layer.PanelLength, (to - from) * layer.PanelLength);
        if (from == 0 && layer.Vectors > 0)
            Move(layer.Bias, layer.Vectors * layer.VectorLength);
        _network.Layout.Transpose(l, from, to, _network.Parameters, _network.Transposed);
    }

    private void Move(int offset, int length) =>
        _adam.Update(_network.Parameters + offset, _network.Gradient + offset, _first + offset, _second + offset,
            length, _scale);

    private double GradientNorm()
    {
        double sum = 0;
        foreach (PanelLayer layer in _network.Layout.Matrices)
            sum += SquaresOf(layer.Weights, layer.InputPanels * layer.PanelLength) +
                SquaresOf(layer.Bias, layer.Vectors * layer.VectorLength);
        return Math.Sqrt(sum);
    }

    // In pieces of fixed size: the order of additions must not depend on how updates are cut.
    private double SquaresOf(int offset, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i += NormPiece)
        {
            float* piece = _network.Gradient + offset + i;
            Vector256<float> squares = default;
            for (int j = 0; j < Math.Min(NormPiece, length - i); j += Vector256<float>.Count)
                squares += Vector256.Load(piece + j) * Vector256.Load(piece + j);
            sum += Vector256.Sum(squares);
        }
        return sum;
    }

    private static (int Layer, int From, int To)[] Cut(PanelLayout layout, int threads)
    {
        double total = layout.Matrices.Sum(l => (double)l.InputPanels * l.Outputs), share = total / (4 * threads);
        var parts = new List<(int, int, int)>();
        for (int l = 0; l < layout.Matrices.Length; l++)
        {
            PanelLayer layer = layout.Matrices[l];
            int unit = layer.IsSparse ? SparseRows.BlockColumns / Width : 2;
            int size = (int)Math.Clamp(share / layer.Outputs / unit, 1, 16 / unit) * unit;
            for (int p = 0; p < layer.InputPanels; p += size)
                parts.Add((l, p, Math.Min(layer.InputPanels, p + size)));
        }
        // The pool hands out the last part first: let it be a large one.
        return [.. parts.OrderBy(u => (u.Item3 - u.Item2) * layout.Matrices[u.Item1].Outputs)];
    }
}
