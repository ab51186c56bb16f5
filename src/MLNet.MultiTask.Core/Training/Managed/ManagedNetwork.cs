using MLNet.MultiTask.Data;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>A shared-bottom network in training, in panels; steps allocate nothing.</summary>
internal sealed unsafe class ManagedNetwork : IMovableNetwork
{
    private const int Width = PanelProduct.Width;

    // Rows whose values of a wide layer still leave room in a second-level cache of 1 MiB.
    private const int LargestShard = 192;
    private readonly AlignedBuffer _factorMemory = new(), _trunkMemory = new();
    private readonly float* _factors, _trunkFactors;
    private readonly EngineSettings _settings;
    private readonly OutputColumns _columns;
    private readonly BatchBuffers _batch;
    private readonly PanelNetwork _network;
    private readonly ParameterUpdates _updates;
    private readonly WorkerPool _pool;
    private readonly SparseRows? _sparse;
    private readonly int[] _rows;
    private readonly double[] _columnSums, _weightSums, _lossSums;
    private readonly Action<int> _forward, _losses, _backward, _update, _gradient, _apply;
    private TrunkGramian? _gramian;
    private SketchedGramian? _sketched;
    private FrozenHeads? _frozen;
    private int _rowCount, _shardRows, _step;
    private bool _hasSlopes, _hasTrunkFactors;

    /// <summary>Starts from flat parameters; batches have up to <paramref name="maxRows"/> rows.</summary>
    /// <param name="problem">The data.</param>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="parameters">Where to start.</param>
    /// <param name="settings">How.</param>
    /// <param name="maxRows">Most rows of a batch.</param>
    /// <param name="useSparse">False computes with all cells even where few of them count.</param>
    public ManagedNetwork(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
        EngineSettings settings, int maxRows, bool useSparse = true)
    {
        _settings = settings;
        Shape = shape;
        SparseRows? sparse = useSparse ? problem.Table.Features.Sparse : null;
        var layout = new PanelLayout(shape, sparse is not null);
        _sparse = sparse;
        _columns = new OutputColumns(problem);
        _batch = new BatchBuffers(problem, _columns, layout, maxRows);
        _network = new PanelNetwork(_batch, layout, sparse);
        _network.Import(parameters);
        int outputs = layout.Layers[^1].OutputPanels * Width;
        _factors = _factorMemory.Reserve(outputs);
        _trunkFactors = _trunkMemory.Reserve(outputs);
        _columnSums = new double[outputs];
        _rows = new int[maxRows];
        (_lossSums, _weightSums) = (new double[problem.Tasks.Count], new double[problem.Tasks.Count]);
        _pool = new WorkerPool(WorthwhileThreads(settings.Threads, (double)shape.ParameterCount * maxRows));
        _updates = new ParameterUpdates(_network, _pool.Threads);
        (_forward, _losses, _backward, _update, _gradient, _apply) =
            (ForwardShard, LossShard, BackwardShard, Update, Gradient, _updates.Apply);
    }

    public NetworkShape Shape { get; }

    public ReadOnlySpan<double> WeightSums => _weightSums;

    public ReadOnlySpan<double> LossSums => _lossSums;

    public void Forward(ReadOnlySpan<int> rows, int step)
    {
        _network.Dropout = step == 0 ? default : new Dropout(_settings.Dropout, _settings.Seed, step);
        _network.Begin();
        rows.CopyTo(_rows);
        (_rowCount, _step) = (rows.Length, step);
        int share = (rows.Length + 2 * _pool.Threads - 1) / (2 * _pool.Threads);
        _shardRows = _pool.Threads == 1 ? LargestShard : Math.Clamp((share + 7) / 8 * 8, 16, LargestShard);
        _hasSlopes = false;
        _pool.Run(Shards, _forward);
        SumColumns(_batch.Weights, _weightSums);
    }

    public void ComputeLosses()
    {
        new Span<float>(_factors, _columnSums.Length).Fill(1);
        _pool.Run(Shards, _losses);
        _hasSlopes = true;
        SumColumns(_batch.Labels, _lossSums);
    }

    public void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian)
    {
        if (!_hasSlopes)
            ComputeLosses();
        // Layer norm mixes a row's signals, so that they are needed one by one.
        if (_settings.GramianSketch is { } size && !Shape.LayerNorm)
        {
            _sketched ??= new SketchedGramian(_network, _batch, _columns, _pool, _sparse, size);
            _sketched.Compute(factors, tasks, _rowCount, _settings.Seed, _step, gramian);
            return;
        }
        _gramian ??= new TrunkGramian(_network, _batch, _columns, _pool, _sparse, _settings.GramianSketch);
        _gramian.Compute(factors, tasks, _rowCount, _settings.Seed, _step, gramian);
    }

    public void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step, float learningRate)
    {
        _updates.Begin(new AdamW(learningRate, _settings.WeightDecay, step));
        Spread(factors, trunkWeights);
        _pool.Run(Shards, _backward);
        if (_settings.MaxGradientNorm is { } limit)
        {
            _pool.Run(_updates.Parts, _gradient);
            _updates.Limit(limit);
            _pool.Run(_updates.Parts, _apply);
        }
        else
            _pool.Run(_updates.Parts, _update);
        if (!_hasSlopes)
            SumColumns(_batch.Labels, _lossSums);
    }

    public void Import(ReadOnlySpan<float> parameters) => _network.Import(parameters);

    public void Descend(ReadOnlySpan<float> gradient, int step, float learningRate)
    {
        _updates.Begin(new AdamW(learningRate, _settings.WeightDecay, step));
        _network.Layout.Import(gradient, new Span<float>(_network.Gradient, _network.Layout.Length));
        if (_settings.MaxGradientNorm is { } limit)
            _updates.Limit(limit);
        _pool.Run(_updates.Parts, _apply);
    }

    public void DescendPart(ReadOnlySpan<float> factors, int step, float learningRate)
    {
        _frozen ??= new FrozenHeads(_network, _updates, _columns);
        _frozen.Keep();
        Descend(factors, default, step, learningRate);
        _frozen.PutBack(factors);
    }

    public void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, Span<float> gradient)
    {
        Spread(factors, trunkWeights);
        _pool.Run(Shards, _backward);
        _pool.Run(_updates.Parts, _gradient);
        if (!_hasSlopes)
            SumColumns(_batch.Labels, _lossSums);
        _network.Layout.Export(new ReadOnlySpan<float>(_network.Gradient, _network.Layout.Length), gradient);
    }

    public void Export(Span<float> parameters) =>
        _network.Layout.Export(new ReadOnlySpan<float>(_network.Parameters, _network.Layout.Length), parameters);

    public OptimizerState Save(int step)
    {
        var state = new OptimizerState(step, new float[Shape.ParameterCount], new float[Shape.ParameterCount],
            new float[Shape.ParameterCount]);
        Export(state.Parameters);
        _network.Layout.Export(_updates.FirstMoments, state.FirstMoments);
        _network.Layout.Export(_updates.SecondMoments, state.SecondMoments);
        return state;
    }

    public void Restore(OptimizerState state)
    {
        _network.Import(state.Parameters);
        _network.Layout.Import(state.FirstMoments, _updates.FirstMoments);
        _network.Layout.Import(state.SecondMoments, _updates.SecondMoments);
    }

    public void Dispose() => _pool.Dispose();

    private int Shards => (_rowCount + _shardRows - 1) / _shardRows;

    private (int From, int To) Rows(int shard) => (shard * _shardRows, Math.Min(_rowCount, (shard + 1) * _shardRows));

    private void ForwardShard(int shard)
    {
        (int from, int to) = Rows(shard);
        _batch.Gather(_rows.AsSpan(from, to - from), from);
        _network.Forward(from, to);
    }

    private void LossShard(int shard)
    {
        (int from, int to) = Rows(shard);
        PanelLoss.Apply(_columns, _batch, from, to, _factors);
    }

    private void BackwardShard(int shard)
    {
        (int from, int to) = Rows(shard);
        if (_hasSlopes)
            _batch.ScaleOutputs(_factors, from, to);
        else
            PanelLoss.Apply(_columns, _batch, from, to, _factors);
        if (_hasTrunkFactors)
            _batch.CopyScaledOutputs(_trunkFactors, from, to);
        _network.Backward(from, to, _hasTrunkFactors);
    }

    private void Gradient(int part) => _updates.Gradient(part, _rowCount);

    private void Update(int part)
    {
        _updates.Gradient(part, _rowCount);
        _updates.Apply(part);
    }

    // From one value per task to one per output column.
    private void Spread(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights)
    {
        _hasTrunkFactors = trunkWeights.Length > 0;
        if (_hasTrunkFactors)
            _batch.ReserveTrunkSignals();
        for (int t = 0; t < factors.Length; t++)
            for (int c = 0; c < _columns.Tasks[t].OutputCount; c++)
            {
                _factors[_columns.First[t] + c] = factors[t];
                _trunkFactors[_columns.First[t] + c] = _hasTrunkFactors ? trunkWeights[t] : 1;
            }
    }

    private void SumColumns(float* values, double[] perTask)
    {
        for (int p = 0; p * Width < _columnSums.Length; p++)
            _batch.Sum(values, p, _rowCount, _columnSums);
        for (int t = 0; t < perTask.Length; t++)
            perTask[t] = _columnSums[_columns.First[t]];
    }

    // Below some ten thousand multiply-adds a thread, handing work over costs more than it saves.
    private static int WorthwhileThreads(int threads, double multiplyAdds) =>
        (int)Math.Clamp(multiplyAdds / 2e5, 1, threads);
}
