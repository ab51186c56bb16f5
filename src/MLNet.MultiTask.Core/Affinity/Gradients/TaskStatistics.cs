using System.Collections.Concurrent;
using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// What one Newton step over any subset of tasks needs, and what adds up over tasks: per task the mean loss at W0, c_t
/// = mean of slope·g and H_t = mean of curvature·g·gᵀ, with g the derivative of the output along the d vectors of a
/// subspace.
/// </summary>
internal sealed class TaskStatistics
{
    private const int BlockValues = 1 << 22;
    private const int LeastBlockRows = 64;
    private const int Stripe = 96;
    private readonly Memory<float>[] _hessians;
    private readonly ConcurrentBag<float[]> _squares = [];

    private TaskStatistics(int dimension, int[] sizes)
    {
        (Dimension, Sizes, Weights, Losses) = (dimension, sizes, new double[sizes.Length], new double[sizes.Length]);
        Gradients = [.. sizes.Select(size => new float[size])];
        _hessians = Slabs.Of(Array.ConvertAll(sizes, Packed.Length));
    }

    /// <summary>d, dimensions of the trunk's subspace.</summary>
    public int Dimension { get; }

    /// <summary>Directions of every task: d, then those of its head.</summary>
    public int[] Sizes { get; }

    /// <summary>Σ of the weights of each task's observed rows.</summary>
    public double[] Weights { get; }

    /// <summary>Each task's mean loss at W0.</summary>
    public double[] Losses { get; }

    /// <summary>c_t.</summary>
    public float[][] Gradients { get; }

    /// <summary>Row i of H_t, which is symmetric, from its diagonal on.</summary>
    public ReadOnlySpan<float> HessianRow(int task, int i) => Row(task, i);

    /// <summary>One pass over the rows of <paramref name="sweep"/>.</summary>
    /// <param name="sweep">Network and rows.</param>
    /// <param name="basis">Directions of the trunk.</param>
    /// <param name="heads">Directions of the heads; null = heads stay as they are.</param>
    public static TaskStatistics Collect(TrunkSweep sweep, ISubspace basis, HeadSpace? heads)
    {
        int tasks = sweep.Table.Tasks.Count;
        int[] sizes = PairFeatures.Sizes(sweep.Table, basis, heads);
        var statistics = new TaskStatistics(basis.Dimension, sizes);
        int blockRows = Math.Max(LeastBlockRows, BlockValues / sizes.Sum());
        (Memory<float> Features, (OutputLoss, float)[] Pairs)[]? block = null;
        for (int from = 0; from < sweep.Rows.Length; from += blockRows)
        {
            int to = Math.Min(from + blockRows, sweep.Rows.Length);
            block = PairFeatures.Gather(sweep, basis, heads, sizes, from, to, block);
            Parallel.For(0, tasks, sweep.Options(),
                t => statistics.Add(t, block[t].Pairs.Length, block[t].Features.Span, block[t].Pairs));
        }
        Parallel.For(0, tasks, sweep.Options(), statistics.DivideByWeight);
        statistics._squares.Clear();
        return statistics;
    }

    /// <summary>From features at hand, all rows of weight 1: those of task t are rows × d, one loss per row.</summary>
    public static TaskStatistics FromFeatures(int dimension,
        IReadOnlyList<(float[] Features, OutputLoss[] Losses)> tasks)
    {
        var statistics = new TaskStatistics(dimension, [.. tasks.Select(_ => dimension)]);
        for (int t = 0; t < tasks.Count; t++)
        {
            statistics.Add(t, tasks[t].Losses.Length, [.. tasks[t].Features],
                [.. tasks[t].Losses.Select(l => (l, 1f))]);
            statistics.DivideByWeight(t);
        }
        return statistics;
    }

    /// <summary>From kept features of all tasks, which stay as they are.</summary>
    public static TaskStatistics FromFeatures(int dimension, IReadOnlyList<TaskFeatures> tasks)
    {
        var statistics = new TaskStatistics(dimension, [.. tasks.Select(t => t.Width)]);
        for (int t = 0; t < tasks.Count; t++)
        {
            TaskFeatures own = tasks[t];
            var pairs = new (OutputLoss, float)[own.Rows];
            for (int i = 0; i < pairs.Length; i++)
                pairs[i] = (own.Losses[i], own.Weights[i]);
            statistics.Add(t, pairs.Length, own.Features.ToArray(), pairs);
            statistics.DivideByWeight(t);
        }
        return statistics;
    }

    /// <summary>
    /// −c_tᵀw + ½ wᵀH_t w: what a step w (trunk, then own head) changes task t's mean loss by, to second order.
    /// </summary>
    public double QuadraticChange(int task, ReadOnlySpan<float> w)
    {
        int d = Sizes[task];
        double value = -TensorPrimitives.Dot(Gradients[task], w);
        for (int i = 0; i < d; i++)
        {
            ReadOnlySpan<float> row = HessianRow(task, i);
            value += w[i] * (TensorPrimitives.Dot(row, w[i..]) - 0.5 * row[0] * w[i]);
        }
        return value;
    }

    // The features are spoiled: H = Σ curvature·g·gᵀ is the product of √curvature·g with itself, of which the upper
    // half is enough.
    private void Add(int t, int count, Span<float> features, ReadOnlySpan<(OutputLoss Loss, float Weight)> pairs)
    {
        int d = Sizes[t];
        Span<float> gradient = Gradients[t];
        for (int i = 0; i < count; i++)
        {
            (OutputLoss loss, float weight) = pairs[i];
            Span<float> g = features.Slice(i * d, d);
            TensorPrimitives.MultiplyAdd(g, loss.Slope * weight, gradient, gradient);
            TensorPrimitives.Multiply(g, MathF.Sqrt(loss.Curvature * weight), g);
            Weights[t] += weight;
            Losses[t] += (double)weight * loss.Loss;
        }
        if (count == 0)
            return;
        if (!_squares.TryTake(out float[]? square) || square.Length < d * d)
            square = new float[d * d];
        for (int i = 0; i < d; i += Stripe)
            Gemm.Multiply(true, false, Math.Min(Stripe, d - i), d - i, count, features[i..], d, features[i..], d,
                square.AsSpan(i * d + i), d);
        for (int i = 0; i < d; i++)
            TensorPrimitives.Add(Row(t, i), square.AsSpan(i * d + i, d - i), Row(t, i));
        _squares.Add(square);
    }

    private Span<float> Row(int task, int i) =>
        _hessians[task].Span.Slice(Packed.UpperRowStart(i, Sizes[task]), Sizes[task] - i);

    private void DivideByWeight(int t)
    {
        if (Weights[t] == 0)
            return;
        float inverse = (float)(1 / Weights[t]);
        Losses[t] /= Weights[t];
        TensorPrimitives.Multiply(Gradients[t], inverse, Gradients[t]);
        TensorPrimitives.Multiply(_hessians[t].Span, inverse, _hessians[t].Span);
    }
}
