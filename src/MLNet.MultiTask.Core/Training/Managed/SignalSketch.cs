using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Shortens the tasks' signals at a layer's units to k numbers: every unit is added, with a random sign, to one of k
/// places drawn at random (Charikar, Chen, Farach-Colton 2002). With sketched inputs it makes a Kronecker sketch of
/// weight gradients. At the lowest layer the units' own signals are never computed: the weights above are sketched,
/// row by row, over the units that are active there.
/// </summary>
internal sealed unsafe class SignalSketch
{
    private const int Width = PanelProduct.Width;

    [ThreadStatic]
    private static AlignedBuffer? _scratch;

    [ThreadStatic]
    private static int[]? _active;

    private readonly PanelNetwork _network;
    private readonly BatchBuffers _batch;
    private readonly AlignedBuffer _memory = new();
    private readonly int[] _places, _order, _starts;
    private readonly float[] _signs;
    private readonly int _layer, _units;
    private float* _values;
    private int _lanes;
    private nint _stride;

    /// <param name="network">Gives the weights.</param>
    /// <param name="batch">Gives which units are active.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="size">k, a multiple of 16.</param>
    public SignalSketch(PanelNetwork network, BatchBuffers batch, int layer, int size)
    {
        (_network, _batch, _layer, _units, Size) = (network, batch, layer, network.Layout.Layers[layer].Outputs, size);
        (_places, _order, _signs, _starts) = (new int[_units], new int[_units], new float[_units], new int[size + 1]);
    }

    /// <summary>k.</summary>
    public int Size { get; }

    /// <summary>A place's signals: one row of lanes per batch row.</summary>
    public float* Of(int place) => _values + place * _stride;

    /// <summary>Draws places and signs anew, and makes room for some tasks.</summary>
    public void Begin(ulong seed, int step, int lanes, int mostLanes)
    {
        _values = _memory.Reserve(checked((int)(Size * TaskSignals.Stride(_batch.MaxRows, mostLanes))));
        (_lanes, _stride) = (lanes, TaskSignals.Stride(_batch.MaxRows, lanes));
        var random = new RandomStream(seed + (ulong)_layer, "gramian signal sketch", step);
        Array.Clear(_starts);
        for (int j = 0; j < _units; j++)
        {
            ulong bits = random.NextUInt64();
            _signs[j] = (bits & 1) == 0 ? 1 : -1;
            _places[j] = (int)((bits >> 32) * (ulong)Size >> 32);
            _starts[_places[j] + 1]++;
        }
        for (int k = 0; k < Size; k++)
            _starts[k + 1] += _starts[k];
        // The units place by place; the starts move on and are moved back.
        for (int j = 0; j < _units; j++)
            _order[_starts[_places[j]]++] = j;
        for (int k = Size; k > 0; k--)
            _starts[k] = _starts[k - 1];
        _starts[0] = 0;
    }

    /// <summary>Sketches a row of the layer's own signals, of its active units.</summary>
    public void FromSignals(int row, int* active, int count, float* signals)
    {
        for (int k = 0; k < Size; k++)
            new Span<float>(Of(k) + (nint)row * _lanes, _lanes).Clear();
        for (int a = 0; a < count; a++)
        {
            float* target = Of(_places[active[a]]) + (nint)row * _lanes, own = signals + active[a] * _lanes;
            Vector256<float> sign = Vector256.Create(_signs[active[a]]);
            for (int i = 0; i < _lanes; i += Vector256<float>.Count)
                Vector256.FusedMultiplyAdd(sign, Vector256.Load(own + i), Vector256.Load(target + i))
                    .Store(target + i);
        }
    }

    /// <summary>Sketches a row from the signals of the active units of the layer above.</summary>
    /// <param name="row">Row of the batch.</param>
    /// <param name="above">The active units.</param>
    /// <param name="count">How many.</param>
    /// <param name="signals">A row of lanes per unit.</param>
    /// <param name="scale">What dropout multiplies the layer's signals by.</param>
    public void FromAbove(int row, int* above, int count, float* signals, float scale)
    {
        PanelLayer layer = _network.Layout.Layers[_layer + 1];
        int width = layer.OutputPanels * Width;
        float* weights = (_scratch ??= new AlignedBuffer()).Reserve(Size * width);
        int[] active = _active is { } kept && kept.Length >= _units + Size + 1 ? kept
            : _active = new int[_units + Size + 1];
        fixed (int* units = active)
        {
            int* ends = units + _units;
            FindActive(row, units, ends);
            float* panel = _network.Transposed + layer.Transposed;
            nint length = (nint)layer.Inputs * Width;
            for (int q = 0; q < layer.OutputPanels; q += 2, panel += 2 * length)
                // Of an odd number of panels the last one is summed twice.
                SumWeights(panel, q + 1 < layer.OutputPanels ? length : 0, units, ends, scale, weights + q * Width,
                    width);
        }
        for (int k = 0; k < Size; k += OuterTile.Height)
            new OuterTile
            {
                Places = above,
                Count = count,
                A0 = weights + k * width,
                A1 = weights + (k + 1) * width,
                A2 = weights + (k + 2) * width,
                A3 = weights + (k + 3) * width,
                AStride = 1,
                B = signals,
                BStride = _lanes,
                C0 = Of(k) + (nint)row * _lanes,
                C1 = Of(k + 1) + (nint)row * _lanes,
                C2 = Of(k + 2) + (nint)row * _lanes,
                C3 = Of(k + 3) + (nint)row * _lanes,
            }.Run(_lanes);
    }

    private void FindActive(int row, int* units, int* ends)
    {
        float* values = _batch.Values[_layer + 1] + row * Width;
        int count = 0;
        for (int k = 0; k < Size; k++)
        {
            for (int i = _starts[k]; i < _starts[k + 1]; i++)
            {
                // Without a branch, which half of the units would make unpredictable.
                int j = _order[i];
                units[count] = j;
                count += values[j / Width * _batch.PanelStride + j % Width] > 0 ? 1 : 0;
            }
            ends[k] = count;
        }
    }

    private void SumWeights(float* panel, nint second, int* units, int* ends, float scale, float* target, int width)
    {
        int right = second > 0 ? Width : 0;
        fixed (float* signs = _signs)
            for (int k = 0, a = 0; k < Size; k++, target += width)
            {
                Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
                for (; a < ends[k]; a++)
                {
                    Vector256<float> sign = Vector256.Create(signs[units[a]]);
                    float* weights = panel + (nint)units[a] * Width;
                    s0 = Vector256.FusedMultiplyAdd(sign, Vector256.Load(weights), s0);
                    s1 = Vector256.FusedMultiplyAdd(sign, Vector256.Load(weights + 8), s1);
                    s2 = Vector256.FusedMultiplyAdd(sign, Vector256.Load(weights + second), s2);
                    s3 = Vector256.FusedMultiplyAdd(sign, Vector256.Load(weights + second + 8), s3);
                }
                (s0 * scale).Store(target);
                (s1 * scale).Store(target + 8);
                (s2 * scale).Store(target + right);
                (s3 * scale).Store(target + right + 8);
            }
    }
}
