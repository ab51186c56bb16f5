using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Every task's gradient by the sums of the hidden units, for all tasks of a batch row in one pass: a lane is a task.
/// </summary>
internal sealed unsafe class TaskSignals
{
    private const int Width = PanelProduct.Width;

    [ThreadStatic]
    private static AlignedBuffer? _scratch;

    [ThreadStatic]
    private static AlignedBuffer? _gathered;

    [ThreadStatic]
    private static int[]? _active;

    private readonly PanelNetwork _network;
    private readonly BatchBuffers _batch;
    private readonly OutputColumns _columns;
    private readonly AlignedBuffer _headMemory = new();
    private readonly AlignedBuffer[] _signalMemory, _plainMemory;
    private readonly float*[] _signals, _plain;
    private readonly int[] _tasks;
    private readonly nint[] _slopes;
    private readonly float[] _factors;
    private readonly int _widest;
    private readonly bool _isSingle;
    private float* _head;
    private int _count;
    private nint _stride;

    public TaskSignals(PanelNetwork network, BatchBuffers batch, OutputColumns columns)
    {
        (_network, _batch, _columns) = (network, batch, columns);
        _isSingle = columns.Tasks.All(task => task.OutputCount == 1);
        HiddenLayers = network.Layout.Layers.Length - 1;
        _signalMemory = [.. Enumerable.Range(0, HiddenLayers).Select(_ => new AlignedBuffer())];
        _plainMemory = [.. Enumerable.Range(0, HiddenLayers).Select(_ => new AlignedBuffer())];
        (_signals, _plain) = (new float*[HiddenLayers], new float*[HiddenLayers]);
        (_tasks, _slopes) = (new int[columns.Tasks.Count], new nint[columns.Tasks.Count]);
        _factors = new float[columns.Tasks.Count];
        for (int l = 0; l < HiddenLayers; l++)
            _widest = Math.Max(_widest, Layer(l).Outputs);
    }

    public int HiddenLayers { get; }

    /// <summary>Tasks at a time.</summary>
    public int Count => _count;

    /// <summary>Floats from one row to the next: a lane per task, padded to whole vectors.</summary>
    public int Lanes { get; private set; }

    /// <summary>Weights of the tasks' first outputs: a row of lanes per input of the head.</summary>
    public float* Head => _head;

    /// <summary>Gradient by the sums of a unit: one row of lanes per batch row.</summary>
    public float* Of(int layer, int unit) => _signals[layer] + unit * _stride;

    /// <summary>With layer norm: gradient by gain·n + shift of a unit, likewise.</summary>
    public float* OfShift(int layer, int unit) => _plain[layer] + unit * _stride;

    /// <summary>Gradient by the sums of a unit: a row of lanes per place, one after the other.</summary>
    public float* At(int layer, int unit, int* places, int count)
    {
        float* all = Of(layer, unit);
        // The last place tells whether all rows before it are places.
        if (count == 0 || places[count - 1] == count - 1)
            return all;
        float* own = (_gathered ??= new AlignedBuffer()).Reserve(checked(_batch.MaxRows * Lanes));
        for (int p = 0; p < count; p++)
            new ReadOnlySpan<float>(all + (nint)places[p] * Lanes, Lanes).CopyTo(
                new Span<float>(own + (nint)p * Lanes, Lanes));
        return own;
    }

    /// <summary>
    /// Floats from the rows of one unit to those of the next: an odd number of cache lines, so that a row's signals at
    /// many units are not all kept in the same few places of the caches.
    /// </summary>
    public static nint Stride(int rows, int lanes) => (nint)(((long)rows * lanes + Width - 1) / Width | 1) * Width;

    /// <summary>
    /// Chooses the tasks, and what their slopes are multiplied by. Where signals are not kept,
    /// <see cref="Compute"/> is not to be called.
    /// </summary>
    public void Begin(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, bool keep)
    {
        int lanes = Vector256<float>.Count;
        Lanes = (tasks.Length + lanes - 1) / lanes * lanes;
        int room = (_columns.Tasks.Count + lanes - 1) / lanes * lanes;
        _stride = Stride(_batch.MaxRows, Lanes);
        tasks.CopyTo(_tasks);
        _count = tasks.Length;
        for (int i = 0; i < tasks.Length; i++)
        {
            int output = _columns.First[tasks[i]];
            _slopes[i] = output / Width * _batch.PanelStride + output % Width;
            _factors[i] = factors[tasks[i]] * DropoutScale;
        }
        for (int l = 0; keep && l < HiddenLayers; l++)
        {
            int length = checked((int)(Layer(l).Outputs * Stride(_batch.MaxRows, room)));
            _signals[l] = _signalMemory[l].Reserve(length);
            if (Layer(l).IsNormalized)
                _plain[l] = _plainMemory[l].Reserve(length);
        }
        _head = _headMemory.Reserve(Layer(HiddenLayers).Inputs * room);
        for (int k = 0; k < Layer(HiddenLayers).Inputs; k++)
            for (int i = 0; i < Lanes; i++)
                _head[k * Lanes + i] = i < _count ? HeadWeight(k, _columns.First[_tasks[i]]) : 0;
    }

    /// <summary>
    /// Fills the lanes of some rows in all layers; inactive units of a layer without norm are left out.
    /// </summary>
    public void Compute(int from, int to)
    {
        int length = (_widest + 1) * Lanes;
        float* scratch = (_scratch ??= new AlignedBuffer()).Reserve(2 * length + Lanes);
        int[] active = _active is { } kept && kept.Length >= 2 * _widest ? kept : _active = new int[2 * _widest];
        fixed (int* units = active)
            for (int row = from; row < to; row++)
            {
                // Layers take turns in the two halves.
                int count = FindActive(HiddenLayers - 1, row, units);
                FromHead(row, units, count, scratch, scratch + 2 * length);
                for (int l = HiddenLayers - 1, half = 0; l >= 0; l--, half ^= 1)
                {
                    int* own = units + half * _widest, below = units + (half ^ 1) * _widest;
                    float* signals = scratch + half * length;
                    if (Layer(l).IsNormalized)
                        count = ThroughNorm(l, row, own, count, signals);
                    Keep(_signals[l], row, own, count, signals);
                    if (l == 0)
                        break;
                    int next = FindActive(l - 1, row, below);
                    Down(l, own, count, below, next, signals, scratch + (half ^ 1) * length,
                        scratch + 2 * length);
                    count = next;
                }
            }
    }

    /// <summary>The units whose output in a row is not 0; ascending.</summary>
    public int FindActive(int layer, int row, int* units)
    {
        int count = 0, outputs = Layer(layer).Outputs;
        nint stride = _batch.PanelStride;
        float* values = _batch.Values[layer + 1] + row * Width;
        for (int first = 0; first < outputs; first += Width, values += stride)
            for (int i = 0, end = Math.Min(Width, outputs - first); i < end; i++)
            {
                // Without a branch, which half of the units would make unpredictable.
                units[count] = first + i;
                count += values[i] > 0 ? 1 : 0;
            }
        return count;
    }

    /// <summary>A row's slopes of the tasks' first outputs, by lane.</summary>
    public void Slopes(int row, float* slopes)
    {
        float* values = _batch.Values[^1] + (nint)row * Width;
        for (int i = 0; i < _count; i++)
            slopes[i] = values[_slopes[i]] * _factors[i];
        for (int i = _count; i < Lanes; i++)
            slopes[i] = 0;
    }

    /// <summary>Signals of a row at the active units of the last hidden layer: a row of lanes per unit.</summary>
    public void FromHead(int row, int* active, int count, float* signals, float* slopes)
    {
        Slopes(row, slopes);
        float* head = _head;
        int lanes = Lanes;
        for (int a = 0; a < count; a++)
        {
            int at = active[a] * lanes;
            for (int i = 0; i < lanes; i += Vector256<float>.Count)
                (Vector256.Load(head + at + i) * Vector256.Load(slopes + i)).Store(signals + at + i);
        }
        for (int i = 0; !_isSingle && i < _count; i++)
            for (int c = 1; c < _columns.Tasks[_tasks[i]].OutputCount; c++)
            {
                int output = _columns.First[_tasks[i]] + c;
                float slope = Slope(row, output) * _factors[i];
                for (int a = 0; a < count; a++)
                    signals[active[a] * Lanes + i] += slope * HeadWeight(active[a], output);
            }
    }

    // As PanelNorm.Backward, but a lane per task.
    private int ThroughNorm(int l, int row, int* active, int count, float* signals)
    {
        PanelLayer layer = Layer(l);
        int next = 0;
        for (int j = 0; j < layer.Outputs; j++)
            if (next < count && active[next] == j)
                next++;
            else
                new Span<float>(signals + j * Lanes, Lanes).Clear();
        for (int j = 0; j < layer.Outputs; j++)
            active[j] = j;
        Keep(_plain[l], row, active, layer.Outputs, signals);
        float* gain = _network.Parameters + layer.Gain, normalized = _batch.Normalized[l] + row * Width;
        for (int i = 0; i < Lanes; i += Vector256<float>.Count)
        {
            Vector256<float> sum = default, product = default;
            for (int j = 0; j < layer.Outputs; j++)
            {
                Vector256<float> s = Vector256.Load(signals + j * Lanes + i) * gain[j];
                s.Store(signals + j * Lanes + i);
                sum += s;
                product += s * normalized[j / Width * _batch.PanelStride + j % Width];
            }
            Vector256<float> mean = sum / layer.Outputs, slope = product / layer.Outputs;
            for (int j = 0; j < layer.Outputs; j++)
                ((Vector256.Load(signals + j * Lanes + i) - mean -
                    slope * normalized[j / Width * _batch.PanelStride + j % Width]) * _batch.Scales[l][row])
                    .Store(signals + j * Lanes + i);
        }
        return layer.Outputs;
    }

    private void Keep(float* target, int row, int* active, int count, float* signals)
    {
        for (int a = 0; a < count; a++)
            new ReadOnlySpan<float>(signals + active[a] * Lanes, Lanes).CopyTo(
                new Span<float>(target + active[a] * _stride + (nint)row * Lanes, Lanes));
    }

    /// <summary>Through the weights of layer l to the active units below; unused has room for a row of
    /// lanes.</summary>
    public void Down(int l, int* active, int count, int* targets, int targetCount, float* above, float* below,
        float* unused)
    {
        PanelLayer layer = Layer(l);
        for (int a = 0; a < targetCount; a += OuterTile.Height)
        {
            int last = targetCount - 1 - a;
            new OuterTile
            {
                Places = active,
                Count = count,
                A0 = Weights(targets[a]),
                A1 = Weights(targets[a + Math.Min(1, last)]),
                A2 = Weights(targets[a + Math.Min(2, last)]),
                A3 = Weights(targets[a + Math.Min(3, last)]),
                AStride = Width,
                B = above,
                BStride = Lanes,
                C0 = below + targets[a] * Lanes,
                C1 = last >= 1 ? below + targets[a + 1] * Lanes : unused,
                C2 = last >= 2 ? below + targets[a + 2] * Lanes : unused,
                C3 = last >= 3 ? below + targets[a + 3] * Lanes : unused,
            }.Run(Lanes);
        }
        if (_network.Dropout.IsActive)
            for (int a = 0; a < targetCount; a++)
                for (int i = 0; i < Lanes; i++)
                    below[targets[a] * Lanes + i] *= DropoutScale;

        float* Weights(int input) => _network.Parameters + layer.Weights
            + (nint)(input / Width) * layer.Outputs * Width + input % Width;
    }

    /// <summary>What dropout multiplies the outputs of hidden units by.</summary>
    public float DropoutScale => _network.Dropout.IsActive ? _network.Dropout.Scale : 1;

    private PanelLayer Layer(int l) => _network.Layout.Layers[l];

    private float HeadWeight(int input, int output) => _network.Parameters[Layer(HiddenLayers).Weights
        + (nint)(input / Width) * Layer(HiddenLayers).Outputs * Width + output * Width + input % Width];

    private float Slope(int row, int output) =>
        _batch.Values[^1][output / Width * _batch.PanelStride + row * Width + output % Width];
}
