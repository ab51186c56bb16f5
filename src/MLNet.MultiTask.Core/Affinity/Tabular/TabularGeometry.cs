using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// How Adam sees the shared parameters of a tabular network near W0: it descends in the metric of the root mean square
/// of mini-batch gradients over each parameter's own rate, and a subset with larger gradients does not move farther.
/// </summary>
internal sealed class TabularGeometry
{
    private const int Batches = 24, MomentBatches = 8;
    private const float Floor = 0.1f;
    private readonly double[] _moments, _exact;
    private readonly int _tasks;
    private readonly double _allTasks;

    private TabularGeometry(float[] scale, double[] moments, double[] exact, double[] shares)
    {
        (Scale, _moments, _exact, _tasks) = (scale, moments, exact, shares.Length);
        _allTasks = Size([.. Enumerable.Range(0, _tasks)], shares, 1);
    }

    /// <summary>D^−½, one number per shared parameter.</summary>
    public float[] Scale { get; }

    /// <summary>Measures mini-batch gradients at W0.</summary>
    public static TabularGeometry Measure(TabularSweep train, float[][] gradients, double[] shares, int batchSize,
        ulong seed, int threads)
    {
        int size = Math.Min(batchSize, train.Rows.Length), perEpoch = Math.Max(1, train.Rows.Length / size);
        var squares = new float[gradients[0].Length];
        var byTask = new List<float[][]>();
        int[] order = [];
        for (int b = 0; b < Batches; b++)
        {
            if (b % perEpoch == 0)
            {
                order = [.. train.Rows];
                new RandomStream(seed, "geometry", b / perEpoch).Shuffle<int>(order);
            }
            int[] batch = order[(b % perEpoch * size)..(b % perEpoch * size + size)];
            float[][] own = new TabularDirections(train.Of(batch), shares, threads).Gradients();
            var all = new float[squares.Length];
            for (int t = 0; t < own.Length; t++)
                TensorPrimitives.MultiplyAdd(own[t], (float)shares[t], all, all);
            TensorPrimitives.MultiplyAdd(all, all, squares, squares);
            if (b < MomentBatches)
                byTask.Add(own);
        }
        float[] scale = ScaleOf(squares, train.Network.Shape);
        var moments = new double[shares.Length * shares.Length];
        foreach (float[][] own in byTask)
            TensorPrimitives.Add<double>(moments, Gram(own, scale, threads), moments);
        TensorPrimitives.Divide<double>(moments, MomentBatches, moments);
        return new TabularGeometry(scale, moments, Gram(gradients, scale, threads), shares);
    }

    /// <summary>Root mean square of a subset's mini-batch gradients over that of all tasks' together.</summary>
    /// <param name="subset">Tasks.</param>
    /// <param name="shares">Their shares in the subset's loss.</param>
    /// <param name="rowShare">Share of the training rows where one of them is observed.</param>
    public double RelativeSize(int[] subset, double[] shares, double rowShare) =>
        Size(subset, shares, rowShare) / _allTasks;

    // Where gradients are small the steps would be long without a floor.
    private static float[] ScaleOf(float[] squares, TabularShape shape)
    {
        TensorPrimitives.Divide(squares, Batches, squares);
        TensorPrimitives.Sqrt(squares, squares);
        float floor = Math.Max(Floor * TensorPrimitives.Sum<float>(squares) / squares.Length, 1e-30f);
        for (int i = 0; i < squares.Length; i++)
            squares[i] = 1 / MathF.Sqrt(squares[i] + floor);
        foreach ((Range range, float rate) in TabularRates.OfTrunk(shape))
            TensorPrimitives.Multiply(squares.AsSpan(range), MathF.Sqrt(rate), squares.AsSpan(range));
        return squares;
    }

    private double Size(int[] subset, double[] shares, double rowShare)
    {
        double sum = 0;
        for (int a = 0; a < subset.Length; a++)
            for (int b = 0; b < subset.Length; b++)
            {
                int pair = subset[a] * _tasks + subset[b];
                sum += shares[a] * shares[b] * (_exact[pair] + rowShare * (_moments[pair] - _exact[pair]));
            }
        return Math.Sqrt(Math.Max(sum, 1e-30));
    }

    private static double[] Gram(float[][] vectors, float[] scale, int threads) =>
        TabularDirections.Gram([.. vectors.Select(v => TabularDirections.Times(v, scale))], threads);
}
