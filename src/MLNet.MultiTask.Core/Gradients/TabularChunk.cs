using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// Some rows of a table seen through a tabular network: for every observed (row, task) pair, and every member, the loss
/// as a function of one output u; derivatives of all u along a direction of the shared parameters, and gradients of any
/// weighted sum of the u. A member of k counts 1/k, as in training.
/// </summary>
internal sealed class TabularChunk
{
    private readonly TabularNetwork _network;
    private readonly TaskTable _table;
    private readonly TabularPass _pass;
    private readonly TabularSignals _signals;
    private readonly float[] _features, _directions, _gradient;
    private readonly int[] _places;
    private readonly int _mostOutputs;

    /// <param name="network">One head per task of <paramref name="table"/>, in its order.</param>
    /// <param name="table">The data.</param>
    /// <param name="capacity">Most rows loaded at once.</param>
    public TabularChunk(TabularNetwork network, TaskTable table, int capacity)
    {
        (_network, _table, Capacity) = (network, table, capacity);
        TabularShape shape = network.Shape;
        _pass = new TabularPass(shape, network.Edges, capacity, training: true);
        _signals = new TabularSignals(shape, capacity);
        _features = new float[capacity * shape.FeatureCount];
        int pairs = capacity * shape.Members * shape.Heads.Tasks.Count;
        _mostOutputs = shape.Heads.Tasks.Max(t => t.OutputCount);
        (_directions, _places, _gradient) =
            (new float[pairs * _mostOutputs], new int[pairs], new float[shape.ParameterCount]);
        (PairTask, Pairs, Weights) = (new int[pairs], new OutputLoss[pairs], new float[pairs]);
    }

    public int Capacity { get; }

    public int RowCount { get; private set; }

    public int PairCount { get; private set; }

    public int[] PairTask { get; }

    public OutputLoss[] Pairs { get; }

    public float[] Weights { get; }

    /// <summary>Runs the rows through the network.</summary>
    public void Load(ReadOnlySpan<int> rows)
    {
        int features = _network.FeatureCount;
        RowCount = rows.Length;
        _table.Features.CopyRows(rows, _features);
        for (int r = 0; r < rows.Length; r++)
            _network.Scaling.Apply(_features.AsSpan(r * features, features),
                _pass.Scaled.AsSpan(r * features, features));
        _pass.Forward(_network.Parameters, 0, rows.Length, default);
        PairCount = 0;
        for (int r = 0; r < rows.Length; r++)
            for (int t = 0; t < _table.Tasks.Count; t++)
                if (_table.Weight(rows[r], t) is > 0 and var weight)
                    for (int i = 0; i < _network.Shape.Members; i++)
                        AddPair(r * _network.Shape.Members + i, t, _table.Label(rows[r], t),
                            weight / _network.Shape.Members);
    }

    /// <summary>
    /// ∂u/∂v of every pair along a direction of the shared parameters, into a column of a matrix.
    /// </summary>
    /// <param name="direction">One number per shared parameter.</param>
    /// <param name="features">pairs × <paramref name="columns"/>.</param>
    /// <param name="column">Which.</param>
    /// <param name="columns">Width.</param>
    public void Tangent(ReadOnlySpan<float> direction, Span<float> features, int column, int columns)
    {
        ReadOnlySpan<float> along = _pass.Tangent(_network.Parameters, direction, RowCount);
        for (int p = 0; p < PairCount; p++)
            features[p * columns + column] = TensorPrimitives.Dot(Direction(p), along.Slice(_places[p],
                _network.Tasks[PairTask[p]].OutputCount));
    }

    /// <summary>sum += Σ_pairs signal·∂u/∂(shared parameters).</summary>
    /// <param name="signals">One per pair; 0 = left out.</param>
    /// <param name="sum">One number per shared parameter.</param>
    public void Pull(ReadOnlySpan<float> signals, Span<float> sum)
    {
        TabularShape shape = _network.Shape;
        float[] outputs = _signals.Outputs;
        Array.Clear(outputs);
        for (int p = 0; p < PairCount; p++)
        {
            ReadOnlySpan<float> direction = Direction(p);
            Span<float> own = outputs.AsSpan(_places[p], direction.Length);
            TensorPrimitives.MultiplyAdd(direction, signals[p], own, own);
        }
        _pass.Backward(_network.Parameters, _signals, 0, RowCount, dropout: false);
        for (int c = 0; c < shape.FeatureCount; c++)
            _pass.FeatureGradient(_network.Parameters, _signals, c, RowCount, _gradient);
        for (int l = 0; l < shape.Layers.Length - 1; l++)
            _pass.LayerGradient(_signals, l, 0, shape.Layers[l].Outputs, RowCount, _gradient);
        TensorPrimitives.Add(sum, _gradient.AsSpan(0, shape.TrunkParameterCount), sum);
    }

    private ReadOnlySpan<float> Direction(int pair) =>
        _directions.AsSpan(pair * _mostOutputs, _network.Tasks[PairTask[pair]].OutputCount);

    // A classification task's logits are those that the network gives: times its factor.
    private void AddPair(int row, int task, float label, float weight)
    {
        TaskInfo info = _network.Tasks[task];
        TargetRange target = _network.Targets[task];
        int place = row * _network.OutputCount + _network.OutputOffset(task);
        Span<float> z = stackalloc float[info.OutputCount];
        _pass.Sums[^1].AsSpan(place, z.Length).CopyTo(z);
        Span<float> direction = _directions.AsSpan(PairCount * _mostOutputs, z.Length);
        if (info.Kind == TaskKind.Regression)
            label = (label - target.Mean) / target.Scale;
        else
            TensorPrimitives.Multiply(z, target.Scale, z);
        Pairs[PairCount] = OutputLoss.At(info.Kind, z, label, direction);
        if (info.Kind != TaskKind.Regression)
            TensorPrimitives.Multiply(direction, target.Scale, direction);
        (PairTask[PairCount], Weights[PairCount], _places[PairCount]) = (task, weight, place);
        PairCount++;
    }
}
