using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// The tasks' signals at a block of units, computed where they are used and kept in a thread's own memory, which the
/// caches hold; those at all units would not fit there. For networks of one or two hidden layers without norm whose
/// tasks have one output each: a signal is the task's slope times a head weight, or, a layer below, times the sum of
/// head weights through the active units, so that the head alone is multiplied, not each row's signals.
/// </summary>
internal sealed unsafe class BlockSignals
{
    /// <summary>Units of a block: a panel.</summary>
    public const int Units = PanelProduct.Width;

    private const int Width = PanelProduct.Width;

    [ThreadStatic]
    private static AlignedBuffer? _memory;

    private readonly PanelNetwork _network;
    private readonly BatchBuffers _batch;
    private readonly TaskSignals _signals;
    private readonly AlignedBuffer _slopeMemory = new();
    private readonly int[] _active, _counts;
    private readonly int _last;
    private float* _slopes;

    public BlockSignals(PanelNetwork network, BatchBuffers batch, TaskSignals signals)
    {
        (_network, _batch, _signals, _last) = (network, batch, signals, signals.HiddenLayers - 1);
        _active = new int[_last == 0 ? 0 : checked(batch.MaxRows * network.Layout.Layers[_last].Outputs)];
        _counts = new int[batch.MaxRows];
    }

    /// <summary>Whether a network's signals can be computed this way.</summary>
    public static bool Fit(PanelNetwork network, OutputColumns columns) => network.Layout.Layers.Length is 2 or 3
        && network.Layout.Layers.All(l => !l.IsNormalized) && columns.Tasks.All(t => t.OutputCount == 1);

    /// <summary>Makes room for a batch, whose tasks the signals know.</summary>
    public void Begin() => _slopes = _slopeMemory.Reserve(checked(_batch.MaxRows * _signals.Lanes));

    /// <summary>Slopes of some rows, and the active units of the last hidden layer.</summary>
    public void Prepare(int from, int to)
    {
        int outputs = Layer(_last).Outputs;
        fixed (int* active = _active)
            for (int row = from; row < to; row++)
            {
                _signals.Slopes(row, _slopes + (nint)row * _signals.Lanes);
                if (_last > 0)
                    _counts[row] = _signals.FindActive(_last, row, active + (nint)row * outputs);
            }
    }

    /// <summary>Signals at a unit of the last hidden layer: a row of lanes per place.</summary>
    public float* FromHead(int unit, int* places, int count)
    {
        int lanes = _signals.Lanes;
        float* own = (_memory ??= new AlignedBuffer()).Reserve(checked(_batch.MaxRows * lanes));
        float* head = _signals.Head + unit * lanes, target = own;
        for (int p = 0; p < count; p++, target += lanes)
            for (int i = 0; i < lanes; i += Vector256<float>.Count)
                (Vector256.Load(head + i) * Vector256.Load(_slopes + (nint)places[p] * lanes + i)).Store(target + i);
        return own;
    }

    /// <summary>Whether a layer is the last hidden one.</summary>
    public bool IsLast(int layer) => layer == _last;

    /// <summary>
    /// Signals at the units of a block of the layer below the last one: per unit a row of lanes per batch row in which
    /// it is active, one after the other, and <see cref="TaskSignals.Stride"/> from one unit to the next.
    /// </summary>
    public float* Below(int layer, int from, int to, int rows)
    {
        nint stride = TaskSignals.Stride(_batch.MaxRows, _signals.Lanes);
        float* own = (_memory ??= new AlignedBuffer()).Reserve(checked((int)(Units * stride) + _signals.Lanes));
        float** next = stackalloc float*[Units];
        for (int unit = 0; unit < Units; unit++)
            next[unit] = own + unit * stride;
        Below(layer, from, to, rows, next, own + Units * stride);
        return own;
    }

    private void Below(int l, int from, int to, int rows, float** next, float* unused)
    {
        PanelLayer above = Layer(l + 1);
        int lanes = _signals.Lanes;
        float* values = _batch.Values[l + 1] + from / Width * _batch.PanelStride;
        float* weights = _network.Parameters + above.Weights + (nint)(from / Width) * above.Outputs * Width;
        uint all = (1u << (to - from)) - 1;
        fixed (int* active = _active)
            for (int row = 0; row < rows; row++)
                for (uint left = Active(values + (nint)row * Width) & all; left != 0;)
                {
                    int a = Take(ref left, -1), b = Take(ref left, a), c = Take(ref left, b), d = Take(ref left, c);
                    new OuterTile
                    {
                        Places = active + (nint)row * above.Outputs,
                        Count = _counts[row],
                        A0 = weights + a,
                        A1 = weights + b,
                        A2 = weights + c,
                        A3 = weights + d,
                        AStride = Width,
                        B = _signals.Head,
                        BStride = lanes,
                        C0 = next[a],
                        C1 = b == a ? unused : next[b],
                        C2 = c == b ? unused : next[c],
                        C3 = d == c ? unused : next[d],
                    }.Run(lanes);
                    float* slopes = _slopes + (nint)row * lanes;
                    Scale(ref next[a], slopes);
                    if (b != a)
                        Scale(ref next[b], slopes);
                    if (c != b)
                        Scale(ref next[c], slopes);
                    if (d != c)
                        Scale(ref next[d], slopes);
                }
    }

    /// <summary>A bit per unit of the panel.</summary>
    private static uint Active(float* values) =>
        Vector256.GreaterThan(Vector256.Load(values), default).ExtractMostSignificantBits()
        | Vector256.GreaterThan(Vector256.Load(values + 8), default).ExtractMostSignificantBits() << 8;

    /// <summary>The next unit; behind the last one that one again.</summary>
    private static int Take(ref uint left, int last)
    {
        if (left == 0)
            return last;
        int unit = BitOperations.TrailingZeroCount(left);
        left &= left - 1;
        return unit;
    }

    private void Scale(ref float* target, float* slopes)
    {
        for (int i = 0; i < _signals.Lanes; i += Vector256<float>.Count)
            (Vector256.Load(target + i) * Vector256.Load(slopes + i) * _signals.DropoutScale).Store(target + i);
        target += _signals.Lanes;
    }

    private PanelLayer Layer(int l) => _network.Layout.Layers[l];
}
