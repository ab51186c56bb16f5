using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// Some rows of a table seen through a network: activations of the trunk and, for every observed (row, task) pair, the
/// loss as a function of one output u and ∂u/∂(last hidden layer). From these come directional derivatives of all pairs
/// along many vectors at once, and gradients of any weighted sum of the u; per-sample gradients are never formed.
/// </summary>
internal sealed partial class TrunkChunk
{
    /// <summary>Directions whose tangents of a chunk's rows stay in cache together.</summary>
    public const int DirectionsAtOnce = 16;

    private readonly SharedBottomNetwork _network;
    private readonly TaskTable _table;
    private readonly float[][] _activations, _masks;
    private readonly TrunkNorm[]? _norms;
    private readonly float[] _outputs;
    private readonly int _mostOutputs;
    private readonly float[] _directions;
    private readonly SparseChunk? _sparse;
    private int[] _rows = [];
    private bool _hasFeatures;
    private float[] _front = [], _back = [], _scratch = [], _beforeNorm = [];

    /// <param name="network">One head per task of <paramref name="table"/>, in its order; at least one hidden
    /// layer.</param>
    /// <param name="table">The data.</param>
    /// <param name="capacity">Most rows loaded at once.</param>
    public TrunkChunk(SharedBottomNetwork network, TaskTable table, int capacity)
    {
        (_network, _table, Capacity) = (network, table, capacity);
        NetworkShape shape = network.Shape;
        int trunk = shape.LayerCount - 1;
        _activations = new float[trunk + 1][];
        _masks = new float[trunk + 1][];
        for (int l = 0; l <= trunk; l++)
        {
            int width = l == 0 ? shape.FeatureCount : shape.Layer(l - 1).Outputs;
            _activations[l] = new float[capacity * width];
            _masks[l] = l == 0 ? [] : new float[capacity * width];
        }
        _sparse = table.Features is { IsSparse: true, Sparse: { } features } ? new SparseChunk(features) : null;
        if (_sparse is not null)
            _activations[0] = [];
        _norms = TrunkNorm.OfTrunk(network, capacity);
        _outputs = new float[capacity * shape.OutputCount];
        int pairs = capacity * table.Tasks.Count;
        _mostOutputs = shape.Tasks.Max(t => t.OutputCount);
        _directions = new float[pairs * _mostOutputs];
        (PairStart, PairTask, Pairs, Weights) =
            (new int[capacity + 1], new int[pairs], new OutputLoss[pairs], new float[pairs]);
        OutputDirections = new float[pairs * LastWidth];
    }

    public int Capacity { get; }

    public int RowCount { get; private set; }

    public int PairCount => PairStart[RowCount];

    /// <summary>Row r owns the pairs PairStart[r] … PairStart[r + 1] − 1, tasks ascending.</summary>
    public int[] PairStart { get; }

    public int[] PairTask { get; }

    public OutputLoss[] Pairs { get; }

    public float[] Weights { get; }

    /// <summary>pairs × last hidden width: ∂u/∂a of every pair.</summary>
    public float[] OutputDirections { get; }

    public int LastWidth => _network.Shape.Hidden[^1];

    /// <summary>Room for signals or features of the pairs; the same memory at every call.</summary>
    public Span<float> Scratch(int length)
    {
        Resize(ref _scratch, length);
        return _scratch.AsSpan(0, length);
    }

    /// <summary>Runs the rows through the network.</summary>
    public void Load(ReadOnlySpan<int> rows)
    {
        NetworkShape shape = _network.Shape;
        RowCount = rows.Length;
        if (_sparse is null)
            _table.Features.CopyRows(rows, _activations[0]);
        else
        {
            _sparse.Load(rows);
            (_rows, _hasFeatures) = ([.. rows], false);
        }
        for (int l = 0; l < shape.LayerCount; l++)
        {
            bool head = l == shape.LayerCount - 1;
            float[] target = head ? _outputs : _activations[l + 1];
            Dense(shape.Layer(l), _activations[l], target, l == 0);
            if (head)
                continue;
            Span<float> values = target.AsSpan(0, RowCount * shape.Layer(l).Outputs);
            _norms?[l].Forward(values, RowCount);
            for (int i = 0; i < values.Length; i++)
                _masks[l + 1][i] = values[i] > 0 ? 1 : 0;
            TensorPrimitives.Max(values, 0f, values);
        }
        if (shape.Skip is { } skip)
            AddProduct(skip, _activations[0], _outputs, ofFeatures: true);
        LinearizeOutputs(rows);
    }

    /// <summary>∂u/∂v of every pair along every vector.</summary>
    /// <param name="vectors">d directions.</param>
    /// <param name="features">pairs × d.</param>
    public void Features(TrunkVectors vectors, Span<float> features) => Features(vectors, features, 0, vectors.Count);

    /// <summary>
    /// The same into columns <paramref name="first"/>, … of a matrix with <paramref name="columns"/> columns.
    /// </summary>
    public void Features(TrunkVectors vectors, Span<float> features, int first, int columns)
    {
        Tangents(vectors);
        int width = LastWidth, d = vectors.Count;
        for (int r = 0; r < RowCount; r++)
            // Where the last row has no label, its place is behind the matrix.
            if (PairStart[r + 1] > PairStart[r])
                Gemm.Multiply(false, true, PairStart[r + 1] - PairStart[r], d, width,
                    OutputDirections.AsSpan(PairStart[r] * width), width, _front.AsSpan(r * d * width, d * width),
                    width, features[(PairStart[r] * columns + first)..], columns);
    }

    /// <summary>
    /// ∂u/∂v_k of the pairs of task first + k, each along the vector of its own task; 0 for the pairs of others.
    /// </summary>
    /// <param name="vectors">One direction per task.</param>
    /// <param name="first">Task of vector 0.</param>
    /// <param name="features">One per pair.</param>
    public void OwnFeatures(TrunkVectors vectors, int first, Span<float> features)
    {
        Tangents(vectors);
        int width = LastWidth, d = vectors.Count;
        for (int r = 0; r < RowCount; r++)
            for (int p = PairStart[r]; p < PairStart[r + 1]; p++)
            {
                int k = PairTask[p] - first;
                features[p] = k < 0 || k >= d ? 0 : TensorPrimitives.Dot<float>(
                    OutputDirections.AsSpan(p * width, width), _front.AsSpan((r * d + k) * width, width));
            }
    }

    // _front gets how the last hidden layer changes along every vector, rows × d × width.
    private void Tangents(TrunkVectors vectors)
    {
        NetworkShape shape = _network.Shape;
        int d = vectors.Count;
        for (int l = 0; l < shape.LayerCount - 1; l++)
        {
            var layer = shape.Layer(l);
            int wide = d * layer.Outputs;
            Resize(ref _back, RowCount * wide);
            for (int r = 0; r < RowCount; r++)
                vectors.Biases(l).CopyTo(_back.AsSpan(r * wide));
            if (l == 0 && _sparse is not null)
                _sparse.Multiply(vectors.Weights(l), layer.Inputs, _back, wide);
            else
                Gemm.Multiply(false, true, RowCount, wide, layer.Inputs, _activations[l], layer.Inputs,
                    vectors.Weights(l), layer.Inputs, _back, wide, accumulate: true);
            if (l > 0)
                Gemm.Multiply(false, true, RowCount * d, layer.Outputs, layer.Inputs, _front, layer.Inputs,
                    Weight(l), layer.Inputs, _back, layer.Outputs, accumulate: true);
            _norms?[l].Tangents(_back, RowCount, vectors, l);
            Mask(l + 1, d, _back);
            (_front, _back) = (_back, _front);
        }
    }

    /// <summary>∂u/∂(head of its task) of a pair: weights output by output, then one bias per output.</summary>
    /// <param name="row">Row of the chunk that owns the pair.</param>
    /// <param name="pair">The pair.</param>
    /// <param name="into">Length K·(last hidden width + 1).</param>
    public void HeadFeatures(int row, int pair, Span<float> into)
    {
        int width = LastWidth, outputs = _network.Shape.Tasks[PairTask[pair]].OutputCount;
        ReadOnlySpan<float> direction = _directions.AsSpan(pair * _mostOutputs, outputs);
        ReadOnlySpan<float> activation = _activations[^1].AsSpan(row * width, width);
        for (int k = 0; k < outputs; k++)
            TensorPrimitives.Multiply(activation, direction[k], into.Slice(k * width, width));
        direction.CopyTo(into[(outputs * width)..]);
    }

    /// <summary>into_k += Σ_pairs signals[pair, k]·∂u/∂(trunk), for every k.</summary>
    /// <param name="signals">pairs × <c>into.Count</c>.</param>
    /// <param name="into">Added to.</param>
    public void Pull(ReadOnlySpan<float> signals, TrunkVectors into)
    {
        int d = into.Count, width = LastWidth;
        Resize(ref _front, RowCount * d * width);
        for (int r = 0; r < RowCount; r++)
            Gemm.Multiply(true, false, d, width, PairStart[r + 1] - PairStart[r], signals[(PairStart[r] * d)..], d,
                OutputDirections.AsSpan(PairStart[r] * width), width, _front.AsSpan(r * d * width), width);
        PullDeltas(into);
    }

    /// <summary>into_k += Σ over the pairs of task first + k of signal·∂u/∂(trunk): one task per vector.</summary>
    /// <param name="signals">One per pair.</param>
    /// <param name="first">Task of vector 0.</param>
    /// <param name="into">Added to.</param>
    public void PullByTask(ReadOnlySpan<float> signals, int first, TrunkVectors into)
    {
        int d = into.Count, width = LastWidth;
        Resize(ref _front, RowCount * d * width);
        Array.Clear(_front, 0, RowCount * d * width);
        for (int r = 0; r < RowCount; r++)
            for (int p = PairStart[r]; p < PairStart[r + 1]; p++)
            {
                int k = PairTask[p] - first;
                if (k >= 0 && k < d)
                    TensorPrimitives.Multiply(OutputDirections.AsSpan(p * width, width), signals[p],
                        _front.AsSpan((r * d + k) * width, width));
            }
        PullDeltas(into);
    }

    // _front holds the back-signal at the last hidden layer, rows × d × width.
    private void PullDeltas(TrunkVectors into)
    {
        NetworkShape shape = _network.Shape;
        int d = into.Count;
        for (int l = shape.LayerCount - 2; l >= 0; l--)
        {
            var layer = shape.Layer(l);
            int wide = d * layer.Outputs;
            Mask(l + 1, d, _front);
            _norms?[l].Pull(_front, RowCount, into, l);
            if (l == 0 && _sparse is not null)
                _sparse.Pull(_front, wide, into.Weights(l), layer.Inputs);
            else
                Gemm.Multiply(true, false, wide, layer.Inputs, RowCount, _front, wide, _activations[l], layer.Inputs,
                    into.Weights(l), layer.Inputs, accumulate: true);
            Span<float> bias = into.Biases(l);
            for (int r = 0; r < RowCount; r++)
                TensorPrimitives.Add(bias, _front.AsSpan(r * wide, wide), bias);
            if (l == 0)
                return;
            Resize(ref _back, RowCount * d * layer.Inputs);
            Gemm.Multiply(false, false, RowCount * d, layer.Inputs, layer.Outputs, _front, layer.Outputs,
                Weight(l), layer.Inputs, _back, layer.Inputs);
            (_front, _back) = (_back, _front);
        }
    }

    /// <summary>Inputs of layer <paramref name="l"/>, rows × width.</summary>
    public float[] Activations(int l)
    {
        if (l == 0 && _sparse is not null && !_hasFeatures)
        {
            Resize(ref _activations[0], Capacity * _table.FeatureCount);
            _table.Features.CopyRows(_rows, _activations[0]);
            _hasFeatures = true;
        }
        return _activations[l];
    }

    private void LinearizeOutputs(ReadOnlySpan<int> rows)
    {
        NetworkShape shape = _network.Shape;
        ReadOnlySpan<float> head = Weight(shape.LayerCount - 1);
        int width = LastWidth, pair = 0;
        for (int r = 0; r < rows.Length; r++)
        {
            PairStart[r] = pair;
            for (int t = 0; t < shape.Tasks.Count; t++)
            {
                float weight = _table.Weight(rows[r], t);
                if (!(weight > 0))
                    continue;
                TaskInfo task = shape.Tasks[t];
                int first = shape.OutputOffset(t);
                float label = (_table.Label(rows[r], t) - _network.TargetMeans[t]) / _network.TargetScales[t];
                Span<float> direction = _directions.AsSpan(pair * _mostOutputs, task.OutputCount);
                ReadOnlySpan<float> z = _outputs.AsSpan(r * shape.OutputCount + first, task.OutputCount);
                Pairs[pair] = OutputLoss.At(task.Kind, z,
                    task.Kind == TaskKind.Regression ? label : _table.Label(rows[r], t), direction);
                (PairTask[pair], Weights[pair]) = (t, weight);
                Span<float> du = OutputDirections.AsSpan(pair * width, width);
                du.Clear();
                for (int k = 0; k < direction.Length; k++)
                    TensorPrimitives.MultiplyAdd(head.Slice((first + k) * width, width), direction[k], du, du);
                pair++;
            }
        }
        PairStart[rows.Length] = pair;
    }

    private void Dense(LayerShape layer, float[] input, float[] output, bool ofFeatures)
    {
        ReadOnlySpan<float> bias = _network.Parameters.AsSpan(layer.BiasOffset, layer.Outputs);
        for (int r = 0; r < RowCount; r++)
            bias.CopyTo(output.AsSpan(r * layer.Outputs));
        AddProduct(layer, input, output, ofFeatures);
    }

    private void AddProduct(LayerShape layer, float[] input, float[] output, bool ofFeatures)
    {
        if (ofFeatures && _sparse is not null)
            _sparse.Multiply(Weight(layer), layer.Inputs, output, layer.Outputs);
        else
            Gemm.Multiply(false, true, RowCount, layer.Outputs, layer.Inputs, input, layer.Inputs,
                Weight(layer), layer.Inputs, output, layer.Outputs, accumulate: true);
    }

    private ReadOnlySpan<float> Weight(int l) => Weight(_network.Shape.Layer(l));

    private ReadOnlySpan<float> Weight(LayerShape layer) =>
        _network.Parameters.AsSpan(layer.WeightOffset, layer.Inputs * layer.Outputs);

    // values is rows × d × width; ReLU passes where the unit was active.
    private void Mask(int level, int d, float[] values)
    {
        int width = _network.Shape.Layer(level - 1).Outputs;
        for (int r = 0; r < RowCount; r++)
        {
            ReadOnlySpan<float> mask = _masks[level].AsSpan(r * width, width);
            for (int k = 0; k < d; k++)
            {
                Span<float> v = values.AsSpan((r * d + k) * width, width);
                TensorPrimitives.Multiply(v, mask, v);
            }
        }
    }

    private static void Resize(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
    }
}
