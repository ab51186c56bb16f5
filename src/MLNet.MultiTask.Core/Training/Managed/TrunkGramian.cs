using System.Runtime.Intrinsics;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Inner products of the tasks' gradients by the trunk's parameters. A unit's gradient is the product of the layer's
/// inputs and the tasks' signals there, over the rows in which the unit is active; it is added to the Gramian and
/// forgotten, so that no T×P matrix is ever held.
/// </summary>
internal sealed unsafe class TrunkGramian
{
    // Blocks are summed in order, so the number of threads does not show.
    private const int BlockUnits = 8, ShardRows = 16;
    private const int Width = PanelProduct.Width;

    [ThreadStatic]
    private static AlignedBuffer? _scratch;

    [ThreadStatic]
    private static int[]? _places;

    private readonly PanelNetwork _network;
    private readonly BatchBuffers _batch;
    private readonly WorkerPool _pool;
    private readonly TaskSignals _signals;
    private readonly SparseRows? _sparse;
    private readonly InputSketch?[] _sketches;
    private readonly (int Layer, int From, int To)[] _blocks;
    private readonly double[] _sums;
    private readonly int _places0;
    private readonly Action<int> _rowsOf, _unitsOf;
    private int _rows, _tasks;

    public TrunkGramian(PanelNetwork network, BatchBuffers batch, OutputColumns columns, WorkerPool pool,
        SparseRows? sparse, int? sketch = null)
    {
        (_network, _batch, _pool, _sparse) = (network, batch, pool, sparse);
        _signals = new TaskSignals(network, batch, columns);
        _sketches = [.. Enumerable.Range(0, _signals.HiddenLayers).Select(l =>
            sketch < Layer(l).Inputs && !Layer(l).IsSparse
                ? new InputSketch(batch, l, Layer(l).Inputs, sketch.Value) : null)];
        _blocks = [.. Enumerable.Range(0, _signals.HiddenLayers).SelectMany(l =>
            Enumerable.Range(0, (Layer(l).Outputs + BlockUnits - 1) / BlockUnits).Select(b =>
                (l, b * BlockUnits, Math.Min(Layer(l).Outputs, (b + 1) * BlockUnits))))];
        _sums = new double[checked(_blocks.Length * columns.Tasks.Count * columns.Tasks.Count)];
        _places0 = Math.Max(batch.MaxRows, network.Layout.Layers.Max(l => l.Inputs) + 3);
        (_rowsOf, _unitsOf) = (Rows, Units);
    }

    /// <summary>
    /// p × p inner products of gradients, factor·∇ Σ w·ℓ; the slopes of a batch must be computed. Seed and step name
    /// the signs of sketches.
    /// </summary>
    public void Compute(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, int rows, ulong seed, int step,
        Span<double> gramian)
    {
        gramian.Clear();
        if (_blocks.Length == 0)
            return;
        (_rows, _tasks) = (rows, tasks.Length);
        _signals.Begin(factors, tasks);
        foreach (InputSketch? sketch in _sketches)
            sketch?.Draw(seed, step);
        _pool.Run((rows + ShardRows - 1) / ShardRows, _rowsOf);
        _pool.Run(_blocks.Length, _unitsOf);
        for (int b = 0; b < _blocks.Length; b++)
            System.Numerics.Tensors.TensorPrimitives.Add(gramian, _sums.AsSpan(b * gramian.Length, gramian.Length),
                gramian);
        for (int t = 0; t < _tasks; t++)
            for (int u = 0; u < t; u++)
                gramian[t * _tasks + u] = gramian[u * _tasks + t];
    }

    private PanelLayer Layer(int l) => _network.Layout.Layers[l];

    private void Rows(int shard)
    {
        int from = shard * ShardRows, to = Math.Min(_rows, from + ShardRows);
        _signals.Compute(from, to);
        foreach (InputSketch? sketch in _sketches)
            sketch?.Compute(from, to);
    }

    private void Units(int block)
    {
        (int l, int from, int to) = _blocks[block];
        Span<double> sums = _sums.AsSpan(block * _tasks * _tasks, _tasks * _tasks);
        sums.Clear();
        PanelLayer layer = Layer(l);
        int lanes = _signals.Lanes, inputs = _sketches[l]?.Size ?? layer.Inputs, parameters = inputs + layer.Vectors;
        float* gradient = (_scratch ??= new AlignedBuffer())
            .Reserve((parameters + OuterTile.Height + OuterTile.Height + 1) * lanes);
        float* products = gradient + parameters * lanes;
        int[] places = _places is { } kept && kept.Length >= _places0 ? kept : _places = new int[_places0];
        fixed (int* place = places)
            for (int unit = from; unit < to; unit++)
            {
                int count = ActiveRows(l, layer, unit, place);
                if (count == 0)
                    continue;
                Bias(l, layer, unit, place, count, gradient + inputs * lanes);
                if (layer.IsSparse)
                    Sparse(unit, layer, place, count, gradient);
                else
                    Dense(l, inputs, unit, place, count, gradient, products);
                AddProducts(gradient, parameters, place, products, sums);
            }
    }

    private int ActiveRows(int l, PanelLayer layer, int unit, int* places)
    {
        int count = 0;
        float* values = _batch.Values[l + 1] + unit / Width * _batch.PanelStride + unit % Width;
        for (int row = 0; row < _rows; row++)
        {
            // Without a branch, which half of the rows would make unpredictable.
            places[count] = row;
            count += layer.IsNormalized || values[row * Width] > 0 ? 1 : 0;
        }
        return count;
    }

    private void Dense(int l, int inputs, int unit, int* places, int count, float* gradient, float* unused)
    {
        int lanes = _signals.Lanes;
        float* all = _sketches[l] is { } sketch ? sketch.Values : _batch.Values[l];
        for (int i = 0; i < inputs; i += OuterTile.Height)
        {
            // Four inputs lie in one panel; behind the last input the panel's padding is read.
            float* values = all + i / Width * _batch.PanelStride + i % Width;
            int left = inputs - i;
            new OuterTile
            {
                Places = places,
                Count = count,
                A0 = values,
                A1 = values + 1,
                A2 = values + 2,
                A3 = values + 3,
                AStride = Width,
                B = _signals.Of(l, unit),
                BStride = lanes,
                C0 = gradient + i * lanes,
                C1 = left > 1 ? gradient + (i + 1) * lanes : unused,
                C2 = left > 2 ? gradient + (i + 2) * lanes : unused,
                C3 = left > 3 ? gradient + (i + 3) * lanes : unused,
            }.Run(lanes);
        }
    }

    private void Sparse(int unit, PanelLayer layer, int* places, int count, float* gradient)
    {
        SparseRows rows = _sparse!;
        int lanes = _signals.Lanes;
        float* signals = _signals.Of(0, unit), sum = gradient + layer.Inputs * lanes;
        for (int i = 0; i < layer.Inputs; i++)
            for (int lane = 0; lane < lanes; lane += Vector256<float>.Count)
                (Vector256.Load(sum + lane) * rows.Usual[i]).Store(gradient + i * lanes + lane);
        for (int p = 0; p < count; p++)
        {
            int first = _batch.Rows[places[p]] * rows.Blocks;
            float* own = signals + (nint)places[p] * lanes;
            for (int e = rows.Starts[first]; e < rows.Starts[first + rows.Blocks]; e++)
            {
                float* target = gradient + (nint)rows.Columns[e] * lanes;
                for (int lane = 0; lane < lanes; lane += Vector256<float>.Count)
                    Vector256.FusedMultiplyAdd(Vector256.Load(own + lane), Vector256.Create(rows.Values[e]),
                        Vector256.Load(target + lane)).Store(target + lane);
            }
        }
    }

    /// <summary>Gradient by the bias, and with layer norm by gain and shift.</summary>
    private void Bias(int l, PanelLayer layer, int unit, int* places, int count, float* gradient)
    {
        int lanes = _signals.Lanes;
        Sum(_signals.Of(l, unit), null, gradient);
        if (!layer.IsNormalized)
            return;
        float* normalized = _batch.Normalized[l] + unit / Width * _batch.PanelStride + unit % Width;
        Sum(_signals.OfShift(l, unit), normalized, gradient + lanes);
        Sum(_signals.OfShift(l, unit), null, gradient + 2 * lanes);

        void Sum(float* signals, float* factors, float* target)
        {
            for (int lane = 0; lane < lanes; lane += Vector256<float>.Count)
            {
                Vector256<float> sum = default;
                for (int p = 0; p < count; p++)
                    sum += Vector256.Load(signals + (nint)places[p] * lanes + lane)
                        * (factors == null ? 1 : factors[places[p] * Width]);
                sum.Store(target + lane);
            }
        }
    }

    private void AddProducts(float* gradient, int parameters, int* places, float* products, Span<double> sums)
    {
        int lanes = _signals.Lanes;
        for (int i = 0; i < parameters; i++)
            places[i] = i;
        for (int t = 0; t < _tasks; t += OuterTile.Height)
        {
            // The lanes before t are known by symmetry.
            int skip = t / Vector256<float>.Count * Vector256<float>.Count;
            new OuterTile
            {
                Places = places,
                Count = parameters,
                A0 = gradient + t,
                A1 = gradient + t + 1,
                A2 = gradient + t + 2,
                A3 = gradient + t + 3,
                AStride = lanes,
                B = gradient + skip,
                BStride = lanes,
                C0 = products,
                C1 = products + lanes,
                C2 = products + 2 * lanes,
                C3 = products + 3 * lanes,
            }.Run(lanes - skip);
            for (int i = t; i < Math.Min(_tasks, t + OuterTile.Height); i++)
                for (int u = i; u < _tasks; u++)
                    sums[i * _tasks + u] += products[(i - t) * lanes + u - skip];
        }
    }
}
