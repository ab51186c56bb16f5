using System.Runtime.Intrinsics;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// What training of a tabular network repeats: a batch's outputs, losses and gradient, and a step of Adam,
/// β = (0.9, 0.95), with step sizes of their own for biases, activation slopes, embeddings and the diagonal. Threads
/// take rows, then units.
/// </summary>
internal sealed class TabularStep : IDisposable
{
    private const int ShardRows = 32, PartUnits = 32, PartFeatures = 4;
    // Layers whose units are features, and outputs.
    private const int Embeddings = -1, Direct = -2;

    [ThreadStatic]
    private static float[]? _row;

    private readonly TrainingProblem _problem;
    private readonly FeatureScaling _scaling;
    private readonly TabularShape _shape;
    private readonly TabularPass _pass;
    private readonly TabularSignals _signals;
    private readonly TabularLoss _loss;
    private readonly WorkerPool _pool;
    private readonly (int Layer, int From, int To)[] _parts;
    private readonly float[] _gradient, _cells, _factors;
    private readonly int[] _rows;
    private readonly Action<int> _forward, _compare, _backward, _update;
    private readonly float[] _trunkWeights;
    private TabularGramian? _gramian;
    private bool _weighsTrunk;
    private UnitDropout _dropout;
    private int _count;
    private bool _descends;
    private float _rate, _decay;

    public TabularStep(TrainingProblem problem, TabularNetwork start, float smoothing, int maxRows, int threads)
    {
        (_problem, _scaling, _shape, Parameters) = (problem, start.Scaling, start.Shape, [.. start.Parameters]);
        _pass = new TabularPass(_shape, start.Edges, maxRows, training: true);
        _signals = new TabularSignals(_shape, maxRows);
        _loss = new TabularLoss(problem, _shape.Heads, smoothing);
        int tasks = problem.Tasks.Count;
        (_cells, _factors, _rows) =
            (new float[maxRows * _shape.Members * tasks], new float[tasks], new int[maxRows]);
        _trunkWeights = new float[tasks];
        (LossSums, WeightSums) = (new double[tasks], new double[tasks]);
        _gradient = new float[_shape.ParameterCount];
        (FirstMoments, SecondMoments) = (new float[_shape.ParameterCount], new float[_shape.ParameterCount]);
        _parts = [.. Cut(Embeddings, _shape.FeatureCount, PartFeatures),
            .. Cut(Direct, _shape.LinearSkip ? _shape.Heads.OutputCount : 0, PartUnits),
            .. _shape.Layers.SelectMany((layer, l) => Enumerable.Range(0, layer.Copies)
                .SelectMany(i => Cut(l, layer.Outputs, PartUnits, i * layer.Outputs)))];
        _pool = new WorkerPool(threads);
        (_forward, _compare, _backward, _update) = (Forward, Compare, Backward, Update);
    }

    public float[] Parameters { get; }

    public float[] FirstMoments { get; }

    public float[] SecondMoments { get; }

    /// <summary>Steps made.</summary>
    public int Count { get; set; }

    /// <summary>Per task of the last batch: Σ w·ℓ.</summary>
    public double[] LossSums { get; }

    /// <summary>Per task of the last batch: Σ w.</summary>
    public double[] WeightSums { get; }

    /// <summary>Computes a batch's outputs.</summary>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="dropout">Which units are dropped.</param>
    public void Forward(ReadOnlySpan<int> rows, UnitDropout dropout)
    {
        _dropout = dropout;
        rows.CopyTo(_rows);
        _count = rows.Length;
        for (int t = 0; t < WeightSums.Length; t++)
        {
            double sum = 0;
            foreach (int row in rows)
                sum += _problem.Table.Weight(row, _problem.TaskIndices[t]);
            WeightSums[t] = sum;
        }
        _pool.Run(Shards, _forward);
    }

    /// <summary>Computes <see cref="LossSums"/> of the batch.</summary>
    public void ComputeLosses()
    {
        _factors.AsSpan().Fill(1f / _shape.Members);
        _pool.Run(Shards, _compare);
        SumLosses();
    }

    /// <summary>
    /// Inner products of the tasks' gradients by the parameters before the heads, factorₜ·∇ Σ w·ℓ, after
    /// <see cref="ComputeLosses"/>.
    /// </summary>
    public void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian) =>
        (_gramian ??= new TabularGramian(_shape, _pass, _pool, ShardRows)).Compute(Parameters, _signals.Outputs, _count,
            _dropout.IsActive, factors, tasks, gramian);

    /// <summary>One step along the gradient of Σ factorₜ·Σ w·ℓ, or that gradient without a step.</summary>
    /// <param name="factors">One per task.</param>
    /// <param name="trunkWeights">What each task's part is multiplied by before the heads; empty = all 1.</param>
    /// <param name="rate">Step size of weights; null = no step.</param>
    /// <param name="decay">Weight decay.</param>
    public ReadOnlySpan<float> Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, float? rate,
        float decay)
    {
        for (int t = 0; t < _factors.Length; t++)
            _factors[t] = factors[t] / _shape.Members;
        trunkWeights.CopyTo(_trunkWeights);
        if (!trunkWeights.IsEmpty && ReferenceEquals(_signals.Outputs, _signals.Sums[^1]))
            _signals.SeparateHeads();
        // Once the heads have signals of their own, the layers below need theirs in every step.
        _weighsTrunk = !ReferenceEquals(_signals.Outputs, _signals.Sums[^1]);
        if (trunkWeights.IsEmpty)
            _trunkWeights.AsSpan().Fill(1);
        (_rate, _decay, _descends) = (rate ?? 0, decay, rate is not null);
        if (_descends)
            Count++;
        _pool.Run(Shards, _compare);
        _pool.Run(Shards, _backward);
        _pool.Run(_parts.Length, _update);
        SumLosses();
        return _gradient;
    }

    /// <summary>Raw outputs of a batch, rows×outputs.</summary>
    public void ComputeOutputs(ReadOnlySpan<int> rows, Span<float> outputs)
    {
        Forward(rows, default);
        int width = _shape.Heads.OutputCount, all = _shape.Members * width;
        for (int r = 0; r < rows.Length; r++)
            MemberMean.Of(_shape.Heads, _shape.Members, _pass.Sums[^1].AsSpan(r * all, all),
                outputs.Slice(r * width, width));
    }

    public void Dispose() => _pool.Dispose();

    private int Shards => (_count + ShardRows - 1) / ShardRows;

    private void SumLosses()
    {
        Array.Clear(LossSums);
        for (int r = 0; r < _count * _shape.Members; r++)
            for (int t = 0; t < LossSums.Length; t++)
                LossSums[t] += (double)_cells[r * LossSums.Length + t] / _shape.Members;
    }

    private void Forward(int shard)
    {
        (int from, int to) = (shard * ShardRows, Math.Min(_count, (shard + 1) * ShardRows));
        int features = _shape.FeatureCount;
        // Sparse rows are copied out.
        if (_problem.Table.Features.IsSparse && _row?.Length != features)
            _row = new float[features];
        for (int r = from; r < to; r++)
            _scaling.Apply(_problem.Table.Features.Row(_rows[r], _row), _pass.Scaled.AsSpan(r * features, features));
        _pass.Forward(Parameters, from, to, _dropout);
    }

    private void Compare(int shard)
    {
        (int from, int to) = (shard * ShardRows, Math.Min(_count, (shard + 1) * ShardRows));
        int tasks = _factors.Length, outputs = _shape.Heads.OutputCount;
        for (int r = from * _shape.Members; r < to * _shape.Members; r++)
            _loss.Apply(_rows[r / _shape.Members], _pass.Sums[^1].AsSpan(r * outputs, outputs), _factors,
                _cells.AsSpan(r * tasks, tasks), _signals.Outputs.AsSpan(r * outputs, outputs));
    }

    private void Backward(int shard)
    {
        (int from, int to) = (shard * ShardRows, Math.Min(_count, (shard + 1) * ShardRows));
        if (_weighsTrunk)
            _signals.WeighTrunk(_trunkWeights, from, to);
        _pass.Backward(Parameters, _signals, from, to, _dropout.IsActive);
    }

    private void Update(int part)
    {
        (int l, int from, int to) = _parts[part];
        if (l == Direct)
        {
            int features = _shape.FeatureCount;
            _pass.DirectGradient(_signals, from, to, _count, _gradient);
            Descend((_shape.SkipOffset + from * features)..(_shape.SkipOffset + to * features), 1, true);
            return;
        }
        if (l == Embeddings)
        {
            for (int c = from; c < to; c++)
                _pass.FeatureGradient(Parameters, _signals, c, _count, _gradient);
            Descend(_shape.EmbeddingOffset(from).._shape.EmbeddingOffset(to), TabularRates.Embedding, true);
            Descend((_shape.DiagonalOffset + _shape.Slot(from))..(_shape.DiagonalOffset + _shape.Slot(to)),
                TabularRates.Diagonal, true);
            for (int i = 0; _shape.Members > 1 && i < _shape.Members; i++)
                Descend((_shape.MemberOffset(i) + _shape.Slot(from))..(_shape.MemberOffset(i) + _shape.Slot(to)), 1,
                    false);
            return;
        }
        TabularLayer layer = _shape.Layers[l];
        _pass.LayerGradient(_signals, l, from, to, _count, _gradient);
        Descend((layer.WeightOffset + from * layer.Inputs)..(layer.WeightOffset + to * layer.Inputs), 1, true);
        Descend((layer.BiasOffset + from)..(layer.BiasOffset + to), TabularRates.Bias, false);
        if (!layer.IsHead)
            Descend((layer.SlopeOffset + from)..(layer.SlopeOffset + to), TabularRates.Bias, true);
    }

    private void Descend(Range range, float rateFactor, bool decays)
    {
        const float beta1 = 0.9f, beta2 = 0.95f, epsilon = 1e-8f;
        if (!_descends)
            return;
        float rate = _rate * rateFactor, keep = decays ? 1 - rate * _decay : 1;
        float step = (float)(rate / (1 - Math.Pow(beta1, Count))), root = (float)(1 / (1 - Math.Pow(beta2, Count)));
        Span<float> p = Parameters.AsSpan(range), m = FirstMoments.AsSpan(range), v = SecondMoments.AsSpan(range),
            g = _gradient.AsSpan(range);
        int i = 0;
        for (; i <= p.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> own = Vector256.Create<float>(g[i..]), first = Vector256.Create<float>(m[i..]),
                second = Vector256.Create<float>(v[i..]);
            first += (1 - beta1) * (own - first);
            second += (1 - beta2) * (own * own - second);
            first.CopyTo(m[i..]);
            second.CopyTo(v[i..]);
            (Vector256.Create<float>(p[i..]) * keep
                - step * first / (Vector256.Sqrt(second * root) + Vector256.Create(epsilon))).CopyTo(p[i..]);
        }
        // The same operations, so that bits do not depend on where a range is cut.
        for (; i < p.Length; i++)
        {
            m[i] += (1 - beta1) * (g[i] - m[i]);
            v[i] += (1 - beta2) * (g[i] * g[i] - v[i]);
            p[i] = p[i] * keep - step * m[i] / (MathF.Sqrt(v[i] * root) + epsilon);
        }
    }

    private static IEnumerable<(int Layer, int From, int To)> Cut(int layer, int units, int size, int first = 0)
    {
        for (int from = 0; from < units; from += size)
            yield return (layer, first + from, first + Math.Min(units, from + size));
    }
}
