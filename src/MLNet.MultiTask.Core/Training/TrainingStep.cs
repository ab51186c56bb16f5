using System.Runtime.Intrinsics;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// What training repeats, without allocating: gradient of a batch, check of its losses, AdamW on the parameters.
/// </summary>
internal sealed unsafe class TrainingStep : IDisposable
{
    private const int Width = PanelProduct.Width;
    private const int NormPiece = 1024;

    // Rows whose values of a wide layer still leave room in a second-level cache of 1 MiB.
    private const int LargestShard = 192;
    private readonly AlignedBuffer _firstMemory = new(), _secondMemory = new(), _factorMemory = new();
    private readonly float* _first, _second, _factors;
    private readonly TrainingProblem _problem;
    private readonly TrainingOptions _options;
    private readonly OutputColumns _columns;
    private readonly BatchBuffers _batch;
    private readonly PanelNetwork _network;
    private readonly WorkerPool _pool;
    private readonly (int Layer, int From, int To)[] _updates;
    private readonly long _totalSteps;
    private readonly int _flatLength;
    private readonly int[] _rows;
    private readonly double[] _columnSums;
    private readonly Action<int> _forward, _backward, _update, _gradient, _apply;
    private int _rowCount, _shardRows;
    private AdamW _adam;
    private float _scale = 1;

    /// <summary>Starts from flat parameters; batches have up to <paramref name="maxRows"/> rows.</summary>
    /// <param name="problem">The data.</param>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="parameters">Where to start.</param>
    /// <param name="options">How.</param>
    /// <param name="maxRows">Most rows of a batch.</param>
    /// <param name="useSparse">False computes with all cells even where few of them count.</param>
    public TrainingStep(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
        TrainingOptions options, int maxRows, bool useSparse = true)
    {
        (_problem, _options) = (problem, options);
        long epochSteps = (problem.Train.Length - 1L) / BatchSize(problem, options) + 1;
        _totalSteps = Math.Min(options.MaxSteps ?? long.MaxValue, options.MaxEpochs * epochSteps);
        _flatLength = shape.ParameterCount;
        SparseRows? sparse = useSparse ? problem.Table.Sparse : null;
        var layout = new PanelLayout(shape, sparse is not null);
        _columns = new OutputColumns(problem);
        _batch = new BatchBuffers(problem, _columns, layout, maxRows);
        _network = new PanelNetwork(_batch, layout, sparse);
        _network.Import(parameters);
        _first = _firstMemory.Reserve(layout.Length);
        _second = _secondMemory.Reserve(layout.Length);
        _factors = _factorMemory.Reserve(layout.Layers[^1].OutputPanels * Width);
        _columnSums = new double[layout.Layers[^1].OutputPanels * Width];
        _rows = new int[maxRows];
        (Losses, WeightSums) = (new double[problem.Tasks.Count], new double[problem.Tasks.Count]);
        _pool = new WorkerPool(WorthwhileThreads(options.Threads ?? Environment.ProcessorCount,
            (double)shape.ParameterCount * maxRows));
        _updates = CutUpdates(layout, _pool.Threads);
        (_forward, _backward, _update, _gradient, _apply) = (Forward, Backward, Update, Gradient, Apply);
    }

    /// <summary>Steps made.</summary>
    public int Count { get; private set; }

    /// <summary>Step size of the last step.</summary>
    public float LearningRate { get; private set; }

    /// <summary>Per task of the last batch: weighted mean loss; 0 where the task is absent.</summary>
    public double[] Losses { get; }

    /// <summary>Per task of the last batch: Σ of weights.</summary>
    public double[] WeightSums { get; }

    /// <summary>Rows per step.</summary>
    public static int BatchSize(TrainingProblem problem, TrainingOptions options) =>
        Math.Min(options.BatchSize ?? (problem.Train.Length > 5000 ? 256 : 128), problem.Train.Length);

    /// <summary>
    /// Makes one step on some rows and returns the batch's total loss; NaN where no task with positive weight is
    /// present.
    /// </summary>
    /// <exception cref="TrainingDivergedException">A task's loss is infinite or NaN.</exception>
    public double Run(ReadOnlySpan<int> rows, int epoch)
    {
        Count++;
        LearningRate = LearningRates.At(_options.Schedule, _options.LearningRate, Count, _totalSteps);
        _adam = new AdamW(LearningRate, _options.WeightDecay, Count);
        _network.Dropout = new Dropout(_options.Dropout, _options.Seed, Count);
        if (_options.MaxGradientNorm is { } limit)
        {
            Pass(rows, _gradient);
            _scale = (float)Math.Min(1, limit / (GradientNorm() + 1e-6));
            _pool.Run(_updates.Length, _apply);
        }
        else
            Pass(rows, _update);
        for (int t = 0; t < Losses.Length; t++)
            if (!double.IsFinite(Losses[t]))
                throw new TrainingDivergedException(_problem.Tasks[t].Name, epoch, Count, LearningRate);
        return MultiTaskLoss.Total(_problem.Tasks, Losses, WeightSums);
    }

    /// <summary>The gradient of a batch's total loss by the flat parameters, without a step.</summary>
    public void ComputeGradient(ReadOnlySpan<int> rows, Span<float> gradient)
    {
        _network.Dropout = new Dropout(_options.Dropout, _options.Seed, Count + 1);
        Pass(rows, _gradient);
        _network.Layout.Export(new ReadOnlySpan<float>(_network.Gradient, _network.Layout.Length), gradient);
    }

    /// <summary>Adds Σ w·ℓ and Σ w of a batch per task, without gradient.</summary>
    public void AddLosses(ReadOnlySpan<int> rows, Span<double> losses, Span<double> weightSums)
    {
        _network.Dropout = default;
        Begin(rows);
        _pool.Run(Shards, _forward);
        SumColumns(_batch.Weights, WeightSums);
        PanelLoss.Apply(_columns, _batch, 0, _rowCount, _factors);
        SumColumns(_batch.Labels, Losses);
        for (int t = 0; t < Losses.Length; t++)
        {
            losses[t] += Losses[t];
            weightSums[t] += WeightSums[t];
        }
    }

    /// <summary>Copies the parameters out, in the network's own layout.</summary>
    public void Export(Span<float> parameters) =>
        _network.Layout.Export(new ReadOnlySpan<float>(_network.Parameters, _network.Layout.Length), parameters);

    /// <summary>Copies out all that changes from step to step.</summary>
    public OptimizerState Save()
    {
        var state = new OptimizerState(Count, new float[_flatLength], new float[_flatLength], new float[_flatLength]);
        Export(state.Parameters);
        _network.Layout.Export(new ReadOnlySpan<float>(_first, _network.Layout.Length), state.FirstMoments);
        _network.Layout.Export(new ReadOnlySpan<float>(_second, _network.Layout.Length), state.SecondMoments);
        return state;
    }

    /// <summary>Goes back to a saved state.</summary>
    public void Restore(OptimizerState state)
    {
        Count = state.Steps;
        _network.Import(state.Parameters);
        _network.Layout.Import(state.FirstMoments, new Span<float>(_first, _network.Layout.Length));
        _network.Layout.Import(state.SecondMoments, new Span<float>(_second, _network.Layout.Length));
    }

    public void Dispose() => _pool.Dispose();

    private int Shards => (_rowCount + _shardRows - 1) / _shardRows;

    private void Pass(ReadOnlySpan<int> rows, Action<int> update)
    {
        Begin(rows);
        _pool.Run(Shards, _forward);
        SumColumns(_batch.Weights, WeightSums);
        SetFactors();
        _pool.Run(Shards, _backward);
        _pool.Run(_updates.Length, update);
        SumColumns(_batch.Labels, Losses);
        for (int t = 0; t < Losses.Length; t++)
            Losses[t] = WeightSums[t] > 0 ? Losses[t] / WeightSums[t] : 0;
    }

    private void Begin(ReadOnlySpan<int> rows)
    {
        _network.Begin();
        rows.CopyTo(_rows);
        _rowCount = rows.Length;
        int share = (rows.Length + 2 * _pool.Threads - 1) / (2 * _pool.Threads);
        _shardRows = _pool.Threads == 1 ? LargestShard : Math.Clamp((share + 7) / 8 * 8, 16, LargestShard);
    }

    private void Forward(int shard)
    {
        int from = shard * _shardRows, to = Math.Min(_rowCount, from + _shardRows);
        _batch.Gather(_rows.AsSpan(from, to - from), from);
        _network.Forward(from, to);
    }

    private void Backward(int shard)
    {
        int from = shard * _shardRows, to = Math.Min(_rowCount, from + _shardRows);
        PanelLoss.Apply(_columns, _batch, from, to, _factors);
        _network.Backward(from, to);
    }

    private void Gradient(int part)
    {
        (int layer, int from, int to) = _updates[part];
        _network.WeightGradient(layer, from, to, _rowCount);
    }

    private void Update(int part)
    {
        Gradient(part);
        Apply(part);
    }

    private void Apply(int part)
    {
        (int l, int from, int to) = _updates[part];
        PanelLayer layer = _network.Layout.Layers[l];
        Move(layer.Weights + from * layer.PanelLength, (to - from) * layer.PanelLength);
        if (from == 0)
            Move(layer.Bias, layer.Vectors * layer.VectorLength);
        _network.Layout.Transpose(l, from, to, _network.Parameters, _network.Transposed);
    }

    private void Move(int offset, int length) =>
        _adam.Update(_network.Parameters + offset, _network.Gradient + offset, _first + offset, _second + offset,
            length, _scale);

    private double GradientNorm()
    {
        double sum = 0;
        foreach (PanelLayer layer in _network.Layout.Layers)
            sum += SquaresOf(layer.Weights, layer.InputPanels * layer.PanelLength) +
                SquaresOf(layer.Bias, layer.Vectors * layer.VectorLength);
        return Math.Sqrt(sum);
    }

    // In pieces of fixed size: the order of additions must not depend on how updates are cut.
    private double SquaresOf(int offset, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i += NormPiece)
        {
            float* piece = _network.Gradient + offset + i;
            Vector256<float> squares = default;
            for (int j = 0; j < Math.Min(NormPiece, length - i); j += Vector256<float>.Count)
                squares += Vector256.Load(piece + j) * Vector256.Load(piece + j);
            sum += Vector256.Sum(squares);
        }
        return sum;
    }

    private void SumColumns(float* values, double[] perTask)
    {
        for (int p = 0; p * Width < _columnSums.Length; p++)
            _batch.Sum(values, p, _rowCount, _columnSums);
        for (int t = 0; t < perTask.Length; t++)
            perTask[t] = _columnSums[_columns.First[t]];
    }

    private void SetFactors()
    {
        double present = MultiTaskLoss.PresentTaskWeight(_problem.Tasks, WeightSums);
        for (int t = 0; t < WeightSums.Length; t++)
            _factors[_columns.First[t]] = WeightSums[t] > 0 && present > 0
                ? (float)(_problem.Tasks[t].Weight / (WeightSums[t] * present)) : 0;
    }

    // Below some ten thousand multiply-adds a thread, handing work over costs more than it saves.
    private static int WorthwhileThreads(int threads, double multiplyAdds) =>
        (int)Math.Clamp(multiplyAdds / 2e5, 1, threads);

    private static (int Layer, int From, int To)[] CutUpdates(PanelLayout layout, int threads)
    {
        double total = layout.Layers.Sum(l => (double)l.InputPanels * l.Outputs), share = total / (4 * threads);
        var updates = new List<(int, int, int)>();
        for (int l = 0; l < layout.Layers.Length; l++)
        {
            int unit = layout.Layers[l].IsSparse ? SparseRows.BlockColumns / Width : 2;
            int size = (int)Math.Clamp(share / layout.Layers[l].Outputs / unit, 1, 16 / unit) * unit;
            for (int p = 0; p < layout.Layers[l].InputPanels; p += size)
                updates.Add((l, p, Math.Min(layout.Layers[l].InputPanels, p + size)));
        }
        // The pool hands out the last part first: let it be a large one.
        return [.. updates.OrderBy(u => (u.Item3 - u.Item2) * layout.Layers[u.Item1].Outputs)];
    }
}
