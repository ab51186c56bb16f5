using System.Numerics.Tensors;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Inner products of sketches of the tasks' gradients by the trunk's weights and biases: a layer's inputs and the
/// tasks' signals at its units are sketched to k numbers each, so a weight matrix's gradient to k×k. For layers without
/// norm.
/// </summary>
internal sealed unsafe class SketchedGramian
{
    // Gradients are summed chunk by chunk and inner products part by part, so the number of threads does not show.
    private const int ChunkRows = 64, MostParts = 8;

    [ThreadStatic]
    private static AlignedBuffer? _scratch;

    private readonly BatchBuffers _batch;
    private readonly WorkerPool _pool;
    private readonly TaskSignals _signals;
    private readonly GradientProducts _products;
    private readonly InputSketch[] _inputs;
    private readonly SignalSketch[] _units;
    private readonly (int Layer, int Place)[] _places;
    private readonly AlignedBuffer _memory = new();
    private readonly int[] _starts, _weights, _all, _active;
    private readonly double[] _sums;
    private readonly int _widest, _parts;
    private readonly Action<int> _sketchOf, _productsOf;
    private float* _gradients;
    private int _rows;

    public SketchedGramian(PanelNetwork network, BatchBuffers batch, OutputColumns columns, WorkerPool pool,
        SparseRows? sparse, int size)
    {
        (_batch, _pool) = (batch, pool);
        PanelLayer[] layers = network.Layout.Layers[..^1];
        _inputs = [.. layers.Select((layer, l) => new InputSketch(batch, l, layer.Inputs, size, hasBias: true,
            layer.IsSparse ? sparse : null))];
        _units = [.. layers.Select((_, l) => new SignalSketch(network, batch, l, size))];
        _places = [.. _units.SelectMany((unit, l) => Enumerable.Range(0, unit.Size).Select(k => (l, k)))];
        _starts = Starts([.. _places.Select(place => _inputs[place.Layer].Size)]);
        _weights = Starts([.. _units.Select(unit => unit.WeightLength)]);
        _signals = new TaskSignals(network, batch, columns);
        _products = new GradientProducts(batch, _signals, sparse);
        _parts = Math.Min(MostParts, _places.Length);
        _sums = new double[checked(_parts * columns.Tasks.Count * (columns.Tasks.Count + 7))];
        _widest = layers.Length == 0 ? 0 : layers.Max(layer => layer.Outputs);
        _all = [.. Enumerable.Range(0, Math.Max(ChunkRows, size))];
        _active = new int[2 * _widest * Chunks(batch.MaxRows)];
        (_sketchOf, _productsOf) = (Sketch, Products);
    }

    /// <summary>p × p inner products, as <see cref="TrunkGramian.Compute"/>; unbiased.</summary>
    public void Compute(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, int rows, ulong seed, int step,
        Span<double> gramian)
    {
        gramian.Clear();
        if (_places.Length == 0)
            return;
        _rows = rows;
        _signals.Begin(factors, tasks, keep: false);
        for (int l = 0; l < _units.Length; l++)
        {
            _inputs[l].Draw(seed, step);
            _units[l].Draw(seed, step);
        }
        int lanes = _signals.Lanes, length = tasks.Length * lanes;
        _gradients = _memory.Reserve(checked(Chunks(rows) * _starts[^1] * lanes));
        _pool.Run(Chunks(rows), _sketchOf);
        _pool.Run(_parts, _productsOf);
        for (int p = 1; p < _parts; p++)
            TensorPrimitives.Add(_sums.AsSpan(0, length), _sums.AsSpan(p * length, length), _sums.AsSpan(0, length));
        for (int t = 0; t < tasks.Length; t++)
            for (int u = 0; u < tasks.Length; u++)
                gramian[t * tasks.Length + u] = _sums[t * lanes + u] + _sums[u * lanes + t];
    }

    // Floats from one place's signals to the next's.
    private int Stride => (int)TaskSignals.Stride(ChunkRows, _signals.Lanes);

    private static int Chunks(int rows) => (rows + ChunkRows - 1) / ChunkRows;

    private static int[] Starts(int[] lengths)
    {
        var starts = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++)
            starts[i + 1] = checked(starts[i] + lengths[i]);
        return starts;
    }

    // The gradients' sketches over the rows of a chunk: per place of a layer's units a row of lanes per place of its
    // inputs.
    private void Sketch(int chunk)
    {
        int from = chunk * ChunkRows, to = Math.Min(_rows, from + ChunkRows), lanes = _signals.Lanes;
        foreach (InputSketch inputs in _inputs)
            inputs.Compute(from, to);
        int stride = Stride;
        float* weights = (_scratch ??= new AlignedBuffer()).Reserve(
            checked(_weights[^1] + _places.Length * stride + (2 * _widest + 4) * lanes));
        float* sketches = weights + _weights[^1], row = sketches + (nint)_places.Length * stride;
        for (int first = from; first < to; first += SignalSketch.Rows)
        {
            int count = Math.Min(SignalSketch.Rows, to - first);
            for (int l = 0; l < _units.Length - 1; l++)
                _units[l].SketchWeights(first, count, _signals.DropoutScale, weights + _weights[l]);
            for (int r = 0; r < count; r++)
                SketchRow(chunk, first + r, r, weights, sketches + (first - from + r) * lanes, row);
        }
        float* gradient = _gradients + (nint)chunk * _starts[^1] * lanes;
        fixed (int* all = _all)
            for (int p = 0; p < _places.Length; p++)
                _products.Gradient(sketches + (nint)p * stride, _inputs[_places[p].Layer].Values + (nint)from * 16,
                    _inputs[_places[p].Layer].Size, all, to - from, gradient + (nint)_starts[p] * lanes, row);
    }

    private void SketchRow(int chunk, int row, int inBlock, float* weights, float* target, float* scratch)
    {
        int lanes = _signals.Lanes, stride = Stride, last = _units.Length - 1, length = _widest * lanes;
        float* slopes = scratch + 2 * length;
        fixed (int* active = &_active[2 * _widest * chunk])
        {
            // Layers take turns in the two halves.
            float* signals = scratch;
            int* units = active;
            int count = _signals.FindActive(last, row, units), place = _places.Length - _units[last].Size, half = 0;
            _signals.FromHead(row, units, count, signals, slopes);
            _units[last].FromSignals(units, count, signals, lanes, target + (nint)place * stride, stride);
            for (int l = last; l > 0; l--)
            {
                place -= _units[l - 1].Size;
                _units[l - 1].FromAbove(_units[l - 1].Row(weights + _weights[l - 1], inBlock), units, count, signals,
                    lanes, target + (nint)place * stride, stride);
                if (l == 1)
                    break;
                half ^= 1;
                float* below = scratch + half * length;
                int* unitsBelow = active + half * _widest;
                int next = _signals.FindActive(l - 1, row, unitsBelow);
                _signals.Down(l, units, count, unitsBelow, next, signals, below, slopes);
                signals = below;
                units = unitsBelow;
                count = next;
            }
        }
    }

    private void Products(int part)
    {
        int lanes = _signals.Lanes, length = _signals.Count * lanes;
        Span<double> own = _sums.AsSpan(part * length, length);
        own.Clear();
        float* products = (_scratch ??= new AlignedBuffer()).Reserve(OuterTile.Height * lanes + OuterTile.Height);
        fixed (int* all = _all)
        fixed (double* sums = own)
            for (int p = part; p < _places.Length; p += _parts)
            {
                int size = _inputs[_places[p].Layer].Size;
                float* gradient = _gradients + (nint)_starts[p] * lanes;
                var total = new Span<float>(gradient, size * lanes);
                for (int chunk = 1; chunk < Chunks(_rows); chunk++)
                    TensorPrimitives.Add(total, new ReadOnlySpan<float>(gradient + (nint)chunk * _starts[^1] * lanes,
                        size * lanes), total);
                _products.AddProducts(gradient, gradient, all, size, products, symmetric: true, sums);
            }
    }
}
