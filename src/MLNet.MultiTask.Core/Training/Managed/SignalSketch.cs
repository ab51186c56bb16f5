using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Shortens the tasks' signals at a layer's units to k numbers. Below the last hidden layer the units' own signals are
/// never computed: the weights above are sketched, row by row, over the units that are active there.
/// </summary>
internal sealed unsafe class SignalSketch
{
    /// <summary>Rows whose weights are sketched at a time.</summary>
    public const int Rows = 8;

    private const int Width = PanelProduct.Width;

    [ThreadStatic]
    private static AlignedBuffer? _scratch;

    private readonly PanelNetwork _network;
    private readonly BatchBuffers _batch;
    private readonly AlignedBuffer _memory = new();
    private readonly PanelSketch _sketch;
    private readonly int[] _places;
    private readonly int _layer;
    private readonly bool _isLast;
    private float* _weights;

    /// <param name="network">Gives the weights.</param>
    /// <param name="batch">Gives which units are active.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="size">k, a multiple of 16.</param>
    public SignalSketch(PanelNetwork network, BatchBuffers batch, int layer, int size)
    {
        (_network, _batch, _layer) = (network, batch, layer);
        _sketch = new PanelSketch(network.Layout.Layers[layer].Outputs, size);
        _places = new int[network.Layout.Layers[layer].Outputs];
        _isLast = layer == network.Layout.Layers.Length - 2;
        WeightLength = _isLast ? 0 : Size * PlaceLength;
    }

    /// <summary>k.</summary>
    public int Size => _sketch.Size;

    /// <summary>Floats that <see cref="SketchWeights"/> writes.</summary>
    public int WeightLength { get; }

    private PanelLayer Above => _network.Layout.Layers[_layer + 1];

    private int RowLength => Above.OutputPanels * Width;

    // A line more, so that the places of a row are not all kept in the same few places of the caches.
    private int PlaceLength => Rows * RowLength + Width;

    /// <summary>Draws places and signs anew.</summary>
    public void Draw(ulong seed, int step)
    {
        var random = new RandomStream(seed + (ulong)_layer, "gramian signal sketch", step);
        _sketch.Draw(ref random);
        for (int g = 0; g < _sketch.Groups; g++)
            for (int i = _sketch.Starts[g]; i < _sketch.Starts[g + 1]; i++)
            {
                int panel = _sketch.Order[i], end = Math.Min(_places.Length, (panel + 1) * Width);
                for (int j = panel * Width; j < end; j++)
                    _places[j] = g * Width + ((j ^ _sketch.Turns[panel]) & Width - 1);
            }
        if (!_isLast)
            CopyWeights();
    }

    /// <summary>Sketches a row's signals of the last hidden layer, of its active units.</summary>
    /// <param name="active">The active units.</param>
    /// <param name="count">How many.</param>
    /// <param name="signals">A row of lanes per unit.</param>
    /// <param name="lanes">Floats of such a row.</param>
    /// <param name="target">The row's first place; written.</param>
    /// <param name="stride">From one place to the next.</param>
    public void FromSignals(int* active, int count, float* signals, int lanes, float* target, nint stride)
    {
        for (int k = 0; k < Size; k++)
            new Span<float>(target + k * stride, lanes).Clear();
        fixed (int* places = _places)
            for (int a = 0; a < count; a++)
            {
                float* sum = target + places[active[a]] * stride, own = signals + active[a] * lanes;
                Vector256<float> sign = Vector256.Create(_sketch.Signs[active[a]]);
                for (int i = 0; i < lanes; i += Vector256<float>.Count)
                    Vector256.FusedMultiplyAdd(sign, Vector256.Load(own + i), Vector256.Load(sum + i)).Store(sum + i);
            }
    }

    /// <summary>
    /// The weights of the layer above, sketched over the units active in a row: [place][row][unit above].
    /// </summary>
    /// <param name="row">First row of the batch.</param>
    /// <param name="rows">At most <see cref="Rows"/>.</param>
    /// <param name="scale">What dropout multiplies the layer's signals by.</param>
    /// <param name="target">Room for <see cref="WeightLength"/> floats.</param>
    public void SketchWeights(int row, int rows, float scale, float* target)
    {
        const int panel = Rows * Width;
        float* active = (_scratch ??= new AlignedBuffer()).Reserve(_sketch.Panels * panel);
        for (int i = 0; i < _sketch.Panels; i++)
            FindActive(_sketch.Order[i], row, rows, scale, active + i * panel);
        for (int k = 0; k < Size; k++)
        {
            int first = _sketch.Starts[k / Width], depth = _sketch.Starts[k / Width + 1] - first;
            new PanelProduct
            {
                Depth = depth,
                A = active + first * panel + k % Width,
                ARow = Width,
                AColumn = panel,
                ARun = depth,
                B = _weights + (first * Width + k % Width * depth) * Width,
                BPanel = (nint)_sketch.Panels * Width * Width,
                C = target + k * PlaceLength,
                CRow = RowLength,
                CPanel = Width,
            }.Run(rows, Above.OutputPanels);
        }
    }

    /// <summary>Sketches a row's signals from those of the active units of the layer above.</summary>
    /// <param name="weights">What <see cref="SketchWeights"/> wrote, at the row.</param>
    /// <param name="above">The active units.</param>
    /// <param name="count">How many.</param>
    /// <param name="signals">A row of lanes per unit.</param>
    /// <param name="lanes">Floats of such a row.</param>
    /// <param name="target">The row's first place; written.</param>
    /// <param name="stride">From one place to the next.</param>
    public void FromAbove(float* weights, int* above, int count, float* signals, int lanes, float* target, nint stride)
    {
        int place = PlaceLength;
        for (int k = 0; k < Size; k += OuterTile.Height)
            new OuterTile
            {
                Places = above,
                Count = count,
                A0 = weights + k * place,
                A1 = weights + (k + 1) * place,
                A2 = weights + (k + 2) * place,
                A3 = weights + (k + 3) * place,
                AStride = 1,
                B = signals,
                BStride = lanes,
                C0 = target + k * stride,
                C1 = target + (k + 1) * stride,
                C2 = target + (k + 2) * stride,
                C3 = target + (k + 3) * stride,
            }.Run(lanes);
    }

    /// <summary>A row of <see cref="SketchWeights"/>'s result.</summary>
    public float* Row(float* weights, int row) => weights + row * RowLength;

    // With its sign, and place by place, in panels of the units above.
    private void CopyWeights()
    {
        _weights = _memory.Reserve(Above.OutputPanels * _sketch.Panels * Width * Width);
        float* target = _weights, panel = _network.Transposed + Above.Transposed;
        for (int q = 0; q < Above.OutputPanels; q++, panel += (nint)Above.Inputs * Width)
            for (int g = 0; g < _sketch.Groups; g++)
                for (int k = 0; k < Width; k++)
                    for (int i = _sketch.Starts[g]; i < _sketch.Starts[g + 1]; i++, target += Width)
                    {
                        int j = _sketch.Order[i] * Width + (k ^ _sketch.Turns[_sketch.Order[i]]);
                        // Behind the last unit the next panel would be read.
                        float* weights = panel + Math.Min(j, Above.Inputs - 1) * Width;
                        Vector256<float> sign = Vector256.Create(_sketch.Signs[j]);
                        (sign * Vector256.Load(weights)).Store(target);
                        (sign * Vector256.Load(weights + 8)).Store(target + 8);
                    }
    }

    // The scale where a unit is active, otherwise 0; by place.
    private void FindActive(int panel, int row, int rows, float scale, float* target)
    {
        int turn = _sketch.Turns[panel];
        Vector256<int> order = Vector256<int>.Indices ^ Vector256.Create(turn & 7);
        Vector256<float> active = Vector256.Create(scale);
        float* values = _batch.Values[_layer + 1] + panel * _batch.PanelStride + (nint)row * Width;
        for (int r = 0; r < rows; r++, values += Width, target += Width)
        {
            Vector256<float> low = Vector256.GreaterThan(Vector256.Load(values), default) & active;
            Vector256<float> high = Vector256.GreaterThan(Vector256.Load(values + 8), default) & active;
            Vector256.Shuffle(low, order).Store(target + (turn & 8));
            Vector256.Shuffle(high, order).Store(target + (8 - (turn & 8)));
        }
    }
}
