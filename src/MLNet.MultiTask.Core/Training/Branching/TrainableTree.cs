using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training.Managed;

namespace MLNet.MultiTask.Training;

/// <summary>
/// A branching network in training. Threads take rows, then units of blocks, then stretches of parameters; every number
/// is one chain of operations in a fixed order, so threads do not show in the bits.
/// </summary>
internal sealed unsafe class TrainableTree : ITrainableNetwork
{
    private const int ShardRows = 32, PartUnits = 32, PartParameters = 4096;

    [ThreadStatic]
    private static float[]? _row;

    private readonly AlignedBuffer _parameterMemory = new(), _gradientMemory = new(), _firstMemory = new(),
        _secondMemory = new();
    private readonly float* _parameters, _gradient, _first, _second;
    private readonly TrainingProblem _problem;
    private readonly TreeShape _shape;
    private readonly EngineSettings _settings;
    private readonly TreePass _pass;
    private readonly TabularLoss _loss;
    private readonly WorkerPool _pool;
    private readonly (int Block, int From, int To)[] _parts;
    private readonly float[] _cells, _factors, _only, _trunkWeights;
    private readonly double[] _weightSums, _lossSums;
    private readonly int[] _rows;
    private readonly int _length;
    private readonly Action<int> _forward, _losses, _backward, _gradients, _update;
    private float[] _taskGradients = [];
    private double[] _products = [];
    private bool _weighsTrunk;
    private UnitDropout _dropout;
    private AdamW _adam;
    private float _scale;
    private int _count;

    public TrainableTree(TrainingProblem problem, TreeShape shape, ReadOnlySpan<float> parameters,
        EngineSettings settings, int maxRows)
    {
        (_problem, _shape, _settings) = (problem, shape, settings);
        _length = (shape.ParameterCount + 7) / 8 * 8;
        _parameters = _parameterMemory.Reserve(_length);
        _gradient = _gradientMemory.Reserve(_length);
        _first = _firstMemory.Reserve(_length);
        _second = _secondMemory.Reserve(_length);
        foreach (nint memory in (nint[])[(nint)_parameters, (nint)_gradient, (nint)_first, (nint)_second])
            new Span<float>((void*)memory, _length).Clear();
        parameters.CopyTo(new Span<float>(_parameters, _length));
        _pass = new TreePass(shape, maxRows, training: true);
        _loss = new TabularLoss(problem, shape.Heads, 0);
        int tasks = problem.Tasks.Count;
        (_cells, _factors, _rows) = (new float[maxRows * tasks], new float[tasks], new int[maxRows]);
        (_only, _trunkWeights) = (new float[tasks], new float[tasks]);
        (_lossSums, _weightSums) = (new double[tasks], new double[tasks]);
        _parts = [.. shape.Blocks.SelectMany((block, b) => Enumerable.Range(0, (block.Outputs - 1) / PartUnits + 1)
            .Select(p => (b, p * PartUnits, Math.Min(block.Outputs, (p + 1) * PartUnits))))];
        _pool = new WorkerPool(settings.Threads);
        (_forward, _losses, _backward, _gradients, _update) = (Forward, Losses, Backward, Gradient, Update);
    }

    public ReadOnlySpan<double> WeightSums => _weightSums;

    public ReadOnlySpan<double> LossSums => _lossSums;

    public void Forward(ReadOnlySpan<int> rows, int step)
    {
        rows.CopyTo(_rows);
        _count = rows.Length;
        _dropout = step == 0 ? default
            : new UnitDropout(_settings.Dropout, new RandomStream(_settings.Seed, "tree/dropout", step).State);
        for (int t = 0; t < _weightSums.Length; t++)
        {
            double sum = 0;
            foreach (int row in rows)
                sum += _problem.Table.Weight(row, _problem.TaskIndices[t]);
            _weightSums[t] = sum;
        }
        _pool.Run(Shards, _forward);
    }

    public void ComputeLosses()
    {
        _pool.Run(Shards, _losses);
        SumLosses();
    }

    /// <summary>
    /// By the parameters below the heads: each task's gradient is 0 in the branches of others, so that an entry of two
    /// tasks is over what they share, and 0 where they share nothing.
    /// </summary>
    public void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian)
    {
        int count = tasks.Length, trunk = _shape.TrunkParameterCount;
        if (_taskGradients.Length < (long)count * trunk)
            (_taskGradients, _products) = (new float[checked(count * trunk)], new double[count * count]);
        for (int i = 0; i < count; i++)
        {
            Array.Clear(_only);
            _only[tasks[i]] = factors[tasks[i]];
            BackwardPass(_only, default);
            new ReadOnlySpan<float>(_gradient, trunk).CopyTo(_taskGradients.AsSpan(i * trunk));
        }
        Array.Clear(_products);
        InnerProducts.AddGram(_taskGradients, count, trunk, _products, _pool.Threads);
        _products.AsSpan(0, count * count).CopyTo(gramian);
    }

    public void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step, float learningRate)
    {
        BackwardPass(factors, trunkWeights);
        (_adam, _scale) = (new AdamW(learningRate, _settings.WeightDecay, step), 1);
        if (_settings.MaxGradientNorm is { } limit)
            _scale = (float)Math.Min(1, limit / (GradientNorm() + 1e-6));
        _pool.Run((_length - 1) / PartParameters + 1, _update);
    }

    public void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, Span<float> gradient)
    {
        BackwardPass(factors, trunkWeights);
        new ReadOnlySpan<float>(_gradient, _shape.ParameterCount).CopyTo(gradient);
    }

    public void Export(Span<float> parameters) =>
        new ReadOnlySpan<float>(_parameters, _shape.ParameterCount).CopyTo(parameters);

    public OptimizerState Save(int step) => new(step, Copy(_parameters), Copy(_first), Copy(_second));

    public void Restore(OptimizerState state)
    {
        state.Parameters.CopyTo(new Span<float>(_parameters, _length));
        state.FirstMoments.CopyTo(new Span<float>(_first, _length));
        state.SecondMoments.CopyTo(new Span<float>(_second, _length));
    }

    public void Dispose() => _pool.Dispose();

    private int Shards => (_count + ShardRows - 1) / ShardRows;

    private ReadOnlySpan<float> Parameters => new(_parameters, _shape.ParameterCount);

    private (int From, int To) Rows(int shard) => (shard * ShardRows, Math.Min(_count, (shard + 1) * ShardRows));

    private void Forward(int shard)
    {
        (int from, int to) = Rows(shard);
        int features = _shape.FeatureCount;
        // Sparse rows are copied out.
        if (_problem.Table.Features.IsSparse && _row?.Length != features)
            _row = new float[features];
        for (int r = from; r < to; r++)
            _problem.Table.Features.Row(_rows[r], _row).CopyTo(_pass.Features.AsSpan(r * features));
        _pass.Forward(Parameters, from, to, _dropout);
    }

    private void Losses(int shard)
    {
        (int from, int to) = Rows(shard);
        for (int r = from; r < to; r++)
            Apply(r, []);
    }

    private void Backward(int shard)
    {
        (int from, int to) = Rows(shard);
        int outputs = _shape.Heads.OutputCount;
        for (int r = from; r < to; r++)
            Apply(r, _pass.OutputSignals.AsSpan(r * outputs, outputs));
        _pass.Backward(Parameters, from, to, _dropout.IsActive, _weighsTrunk ? _trunkWeights : default);
    }

    private void Apply(int row, Span<float> signals) => _loss.Apply(_rows[row],
        _pass.Outputs.AsSpan(row * _shape.Heads.OutputCount, _shape.Heads.OutputCount), _factors,
        _cells.AsSpan(row * _factors.Length, _factors.Length), signals);

    private void BackwardPass(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights)
    {
        factors.CopyTo(_factors);
        _weighsTrunk = !trunkWeights.IsEmpty;
        if (_weighsTrunk)
            _pass.ReserveTrunkWeights();
        trunkWeights.CopyTo(_trunkWeights);
        _pool.Run(Shards, _backward);
        _pool.Run(_parts.Length, _gradients);
        SumLosses();
    }

    private void Gradient(int part)
    {
        (int block, int from, int to) = _parts[part];
        _pass.Gradient(block, from, to, _count, new Span<float>(_gradient, _shape.ParameterCount));
    }

    private void Update(int part)
    {
        int from = part * PartParameters;
        _adam.Update(_parameters + from, _gradient + from, _first + from, _second + from,
            Math.Min(PartParameters, _length - from), _scale);
    }

    private void SumLosses()
    {
        Array.Clear(_lossSums);
        for (int r = 0; r < _count; r++)
            for (int t = 0; t < _lossSums.Length; t++)
                _lossSums[t] += _cells[r * _lossSums.Length + t];
    }

    private double GradientNorm()
    {
        double sum = 0;
        for (int i = 0; i < _shape.ParameterCount; i++)
            sum += (double)_gradient[i] * _gradient[i];
        return Math.Sqrt(sum);
    }

    private float[] Copy(float* values) => new ReadOnlySpan<float>(values, _shape.ParameterCount).ToArray();
}
