using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Inner products of the tasks' gradients by the trunk's parameters, unit by unit, so that no T×P matrix is ever held.
/// A unit's gradient is the product of the layer's inputs and the tasks' signals there, over the rows in which the unit
/// is active; where a batch has few rows for the inputs, products of rows take the place of the gradients.
/// </summary>
internal sealed unsafe class TrunkGramian
{
    // Blocks are summed in order, so the number of threads does not show. A shard is a panel of a row kernel.
    private const int BlockUnits = BlockSignals.Units, ShardRows = PanelProduct.Width;
    private const int Width = PanelProduct.Width;

    // What a multiply-add of a plain product costs beside one of a list of places.
    private const double ProductCost = 0.4;

    [ThreadStatic]
    private static int[]? _places;

    private readonly PanelNetwork _network;
    private readonly BatchBuffers _batch;
    private readonly WorkerPool _pool;
    private readonly TaskSignals _signals;
    private readonly GradientProducts _products;
    private readonly BlockSignals? _local;
    private readonly InputSketch?[] _inputs;
    private readonly RowKernel?[] _kernels;
    private readonly bool[] _usesKernel;
    private readonly (int Layer, int From, int To)[] _blocks;
    private readonly double[] _sums;
    private readonly int _mostPlaces;
    private readonly Action<int> _rowsOf, _kernelOf, _unitsOf;
    private int _rows, _tasks;

    public TrunkGramian(PanelNetwork network, BatchBuffers batch, OutputColumns columns, WorkerPool pool,
        SparseRows? sparse, int? sketch = null)
    {
        (_network, _batch, _pool) = (network, batch, pool);
        PanelLayer[] layers = network.Layout.Layers[..^1];
        _inputs = [.. layers.Select((layer, l) => sketch < layer.Inputs && !layer.IsSparse
            ? new InputSketch(batch, l, layer.Inputs, sketch.Value, hasBias: false, null) : null)];
        _kernels = [.. layers.Select((layer, l) => sketch is null && !layer.IsSparse
            ? new RowKernel(batch, l, layer.Inputs) : null)];
        _usesKernel = new bool[layers.Length];
        _signals = new TaskSignals(network, batch, columns);
        _products = new GradientProducts(batch, _signals, sparse);
        if (sketch is null && BlockSignals.Fit(network, columns))
            _local = new BlockSignals(network, batch, _signals);
        _blocks = [.. layers.SelectMany((layer, l) => Blocks(l, layer.Outputs))];
        _sums = new double[checked(_blocks.Length * columns.Tasks.Count * (columns.Tasks.Count + 7))];
        _mostPlaces = Math.Max(batch.MaxRows, network.Layout.Layers.Max(l => l.Inputs) + 3);
        (_rowsOf, _kernelOf, _unitsOf) = (Rows, Kernel, Units);
    }

    /// <summary>
    /// p × p inner products of gradients, factor·∇ Σ w·ℓ; the slopes of a batch must be computed. Seed and step name
    /// the sketches.
    /// </summary>
    public void Compute(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, int rows, ulong seed, int step,
        Span<double> gramian)
    {
        gramian.Clear();
        if (_blocks.Length == 0)
            return;
        (_rows, _tasks) = (rows, tasks.Length);
        _signals.Begin(factors, tasks, keep: _local is null);
        _local?.Begin();
        foreach (InputSketch? sketch in _inputs)
            sketch?.Draw(seed, step);
        bool kernels = false;
        for (int l = 0; l < _kernels.Length; l++)
        {
            _usesKernel[l] = _kernels[l] is not null && KernelPays(Layer(l));
            if (_usesKernel[l])
                _kernels[l]!.Begin(rows);
            kernels |= _usesKernel[l];
        }
        int shards = (rows + ShardRows - 1) / ShardRows;
        _pool.Run(shards, _rowsOf);
        if (kernels)
            _pool.Run(shards, _kernelOf);
        _pool.Run(_blocks.Length, _unitsOf);
        int lanes = _signals.Lanes, length = _tasks * lanes;
        for (int b = 1; b < _blocks.Length; b++)
            System.Numerics.Tensors.TensorPrimitives.Add(_sums.AsSpan(0, length), _sums.AsSpan(b * length, length),
                _sums.AsSpan(0, length));
        for (int t = 0; t < _tasks; t++)
            for (int u = 0; u < _tasks; u++)
                gramian[t * _tasks + u] = _sums[t * lanes + u] + _sums[u * lanes + t];
    }

    private PanelLayer Layer(int l) => _network.Layout.Layers[l];

    // Multiply-adds per unit and lane of the two ways.
    private bool KernelPays(in PanelLayer layer)
    {
        double active = layer.IsNormalized ? _rows : 0.5 * _rows, lanes = _signals.Lanes;
        double kernel = active * active / 2 + active * _tasks
            + ProductCost * _rows * _rows / 2 * layer.Inputs / (layer.Outputs * lanes);
        return kernel < layer.Inputs * (active + 0.5 * _tasks);
    }

    private void Rows(int shard)
    {
        int from = shard * ShardRows, to = Math.Min(_rows, from + ShardRows);
        if (_local is null)
            _signals.Compute(from, to);
        else
            _local.Prepare(from, to);
        foreach (InputSketch? sketch in _inputs)
            sketch?.Compute(from, to);
        for (int l = 0; l < _kernels.Length; l++)
            if (_usesKernel[l])
                _kernels[l]!.Gather(from, to);
    }

    private void Kernel(int shard)
    {
        for (int l = 0; l < _kernels.Length; l++)
            if (_usesKernel[l])
                _kernels[l]!.Multiply(shard * ShardRows, Math.Min(_rows, (shard + 1) * ShardRows), _rows);
    }

    private void Units(int number)
    {
        (int l, int from, int to) = _blocks[number];
        int length = _tasks * _signals.Lanes;
        Span<double> own = _sums.AsSpan(number * length, length);
        own.Clear();
        PanelLayer layer = Layer(l);
        float* values = _inputs[l] is { } sketch ? sketch.Values : layer.IsSparse ? null : _batch.Values[l];
        int inputs = _usesKernel[l] ? 0 : _inputs[l]?.Size ?? layer.Inputs;
        float* block = _local is null || _local.IsLast(l) ? null : _local.Below(l, from, to, _rows);
        nint stride = TaskSignals.Stride(_batch.MaxRows, _signals.Lanes);
        int[] places = _places is { } kept && kept.Length >= _mostPlaces ? kept : _places = new int[_mostPlaces];
        fixed (int* place = places)
        fixed (double* sums = own)
            for (int unit = from; unit < to; unit++)
            {
                int count = ActiveRows(l, layer, unit, place);
                if (count == 0)
                    continue;
                float* signals = block != null ? block + (unit - from) * stride
                    : _local is null ? _signals.At(l, unit, place, count) : _local.FromHead(unit, place, count);
                if (_usesKernel[l])
                    _products.AddFromKernel(_kernels[l]!, signals, place, count, sums);
                if (!_usesKernel[l] || layer.IsNormalized)
                    _products.AddExplicit(l, layer, unit, signals, values, inputs, place, count, sums);
            }
    }

    private int ActiveRows(int l, in PanelLayer layer, int unit, int* places)
    {
        int count = 0;
        bool all = layer.IsNormalized;
        float* values = _batch.Values[l + 1] + unit / Width * _batch.PanelStride + unit % Width;
        for (int row = 0; row < _rows; row++)
        {
            // Without a branch, which half of the rows would make unpredictable.
            places[count] = row;
            count += all || values[row * Width] > 0 ? 1 : 0;
        }
        return count;
    }

    private static IEnumerable<(int, int, int)> Blocks(int layer, int units)
    {
        for (int from = 0; from < units; from += BlockUnits)
            yield return (layer, from, Math.Min(units, from + BlockUnits));
    }
}
