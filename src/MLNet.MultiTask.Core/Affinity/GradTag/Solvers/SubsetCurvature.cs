using System.Collections.Concurrent;
using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Gradient c_S and Gauss–Newton matrix H_S + penalties of a subset's loss at W0, over all shared parameters and the
/// members' heads. The matrix is known by its products only: a product is one tangent pass and one backward pass over
/// the subset's rows.
/// </summary>
internal sealed class SubsetCurvature
{
    private const int ChunkRows = 128;

    private readonly SubsetProblem _problem;
    private readonly WholeTrunk _trunk;
    private readonly HeadSpace? _heads;
    private readonly NetworkShape _shape;
    private readonly int[] _rows, _headStart, _member;
    private readonly double[] _factors;
    private readonly Func<TrunkChunk> _rent;
    private readonly Action<TrunkChunk> _giveBack;

    /// <param name="network">W0.</param>
    /// <param name="table">The data.</param>
    /// <param name="rows">Training rows.</param>
    /// <param name="rowWeights">Σ of the weights of each task's observed rows.</param>
    /// <param name="trunk">Coordinates of the shared parameters.</param>
    /// <param name="heads">Coordinates of the heads; null = they stay.</param>
    /// <param name="problem">The subset.</param>
    /// <param name="pool">Chunks to use again.</param>
    public SubsetCurvature(SharedBottomNetwork network, TaskTable table, int[] rows, double[] rowWeights,
        WholeTrunk trunk, HeadSpace? heads,
        SubsetProblem problem, ConcurrentBag<TrunkChunk> pool)
    {
        (_problem, _trunk, _heads, _shape) = (problem, trunk, problem.HeadLambdas is null ? null : heads,
            network.Shape);
        _rows = Array.FindAll(rows, r => Array.Exists(problem.Subset, t => table.IsObserved(r, t)));
        _member = new int[table.Tasks.Count];
        Array.Fill(_member, -1);
        _headStart = new int[problem.Subset.Length + 1];
        _headStart[0] = trunk.Dimension;
        _factors = new double[problem.Subset.Length];
        for (int k = 0; k < problem.Subset.Length; k++)
        {
            int t = problem.Subset[k];
            _member[t] = k;
            _headStart[k + 1] = _headStart[k] + (_heads?.Size(t) ?? 0);
            _factors[k] = problem.Shares[k] / rowWeights[t];
        }
        _rent = () => pool.TryTake(out TrunkChunk? chunk) ? chunk : new TrunkChunk(network, table, ChunkRows);
        _giveBack = pool.Add;
    }

    /// <summary>Shared parameters, then those of each member's head.</summary>
    public int Size => _headStart[^1];

    /// <summary>c_S = −∇ of the loss at W0.</summary>
    public double[] Gradient()
    {
        var gradient = new double[Size];
        Sweep(null, (loss, _) => loss.Slope, gradient);
        return gradient;
    }

    /// <summary>product = (H_S + penalties)·v.</summary>
    public void Multiply(double[] v, double[] product)
    {
        TensorPrimitives.Multiply(v.AsSpan(0, _headStart[0]), _problem.Lambda, product.AsSpan(0, _headStart[0]));
        for (int k = 0; k < _problem.Subset.Length && _heads is not null; k++)
        {
            double penalty = SubsetObjective.HeadPenalty(_problem, k);
            for (int i = _headStart[k]; i < _headStart[k + 1]; i++)
                product[i] = penalty * v[i];
        }
        Sweep(v, (loss, tangent) => loss.Curvature * tangent, product);
    }

    /// <summary>The step that coordinates x describe.</summary>
    public SubsetStep Step(double[] x)
    {
        float[] all = [.. x.Select(value => (float)value)];
        return new SubsetStep(all[.._headStart[0]],
            _heads is null ? null : [.. _problem.Subset.Select((_, k) => all[_headStart[k].._headStart[k + 1]])]);
    }

    // sum += Σ over the members' pairs of share·weight·signal·∂u/∂(coordinates); the signal may depend on the pair's
    // tangent along v.
    private void Sweep(double[]? v, Func<OutputLoss, float, float> signal, double[] sum)
    {
        TrunkVectors? direction = v is null ? null : _trunk.Direction(v.AsSpan(0, _headStart[0]));
        float[] heads = v is null ? new float[Size - _headStart[0]]
            : [.. v.Skip(_headStart[0]).Select(value => (float)value)];
        var trunkSum = new TrunkVectors(_shape, 1);
        TrunkChunk chunk = _rent();
        for (int from = 0; from < _rows.Length; from += ChunkRows)
        {
            chunk.Load(_rows.AsSpan(from, Math.Min(ChunkRows, _rows.Length - from)));
            var signals = new float[chunk.PairCount];
            if (direction is not null)
                chunk.Features(direction, signals);
            for (int r = 0; r < chunk.RowCount; r++)
                for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                    signals[p] = Pair(chunk, r, p, signals[p], heads, signal, sum);
            chunk.Pull(signals, trunkSum);
        }
        _giveBack(chunk);
        _trunk.AddGradient(trunkSum, sum);
    }

    private float Pair(TrunkChunk chunk, int row, int pair, float tangent, float[] heads, Func<OutputLoss, float,
        float> signal, double[] sum)
    {
        int k = _member[chunk.PairTask[pair]];
        if (k < 0)
            return 0;
        int from = _headStart[k] - _headStart[0], size = _headStart[k + 1] - _headStart[k];
        Span<float> features = size <= 512 ? stackalloc float[size] : new float[size];
        if (size > 0)
        {
            _heads!.Features(chunk, row, pair, features);
            tangent += TensorPrimitives.Dot<float>(features, heads.AsSpan(from, size));
        }
        float value = signal(chunk.Pairs[pair], tangent) * (float)(_factors[k] * chunk.Weights[pair]);
        Numerics.WideProducts.AddScaled(value, features, sum.AsSpan(_headStart[k], size));
        return value;
    }
}
