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

    private TaskStatistics(int dimension, int[] sizes)
    {
        (Dimension, Sizes, Weights, Losses) = (dimension, sizes, new double[sizes.Length], new double[sizes.Length]);
        Gradients = [.. sizes.Select(size => new float[size])];
        Hessians = [.. sizes.Select(size => new float[size * size])];
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

    /// <summary>H_t, symmetric, row-major.</summary>
    public float[][] Hessians { get; }

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
        (float[] Features, (OutputLoss, float)[] Pairs)[]? block = null;
        for (int from = 0; from < sweep.Rows.Length; from += blockRows)
        {
            int to = Math.Min(from + blockRows, sweep.Rows.Length);
            block = PairFeatures.Gather(sweep, basis, heads, sizes, from, to, block);
            Parallel.For(0, tasks, sweep.Options(),
                t => statistics.Add(t, block[t].Pairs.Length, block[t].Features, block[t].Pairs));
        }
        Parallel.For(0, tasks, sweep.Options(), statistics.DivideByWeight);
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
            value += 0.5 * w[i] * TensorPrimitives.Dot(Hessians[task].AsSpan(i * d, d), w);
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
        for (int i = 0; i < d && count > 0; i += Stripe)
            Gemm.Multiply(true, false, Math.Min(Stripe, d - i), d - i, count, features[i..], d, features[i..], d,
                Hessians[t].AsSpan(i * d + i), d, accumulate: true);
    }

    private void DivideByWeight(int t)
    {
        if (Weights[t] == 0)
            return;
        float inverse = (float)(1 / Weights[t]);
        Losses[t] /= Weights[t];
        TensorPrimitives.Multiply(Gradients[t], inverse, Gradients[t]);
        (int d, float[] h) = (Sizes[t], Hessians[t]);
        for (int i = 0; i < d; i++)
        {
            TensorPrimitives.Multiply(h.AsSpan(i * d + i, d - i), inverse, h.AsSpan(i * d + i, d - i));
            for (int j = 0; j < i; j++)
                h[i * d + j] = h[j * d + i];
        }
    }
}
