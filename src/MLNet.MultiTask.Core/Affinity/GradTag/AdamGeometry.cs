using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// How AdamW sees the trunk near W0. It divides every gradient by the root mean square D of the mini-batch gradients,
/// so it descends in the metric D, not in Euclid's; n steps of rate η go as far as the penalty ½‖·‖²_D / (η·n) allows;
/// and a subset with larger gradients does not move farther, which scales D by the size of the subset's gradients.
/// </summary>
internal sealed class AdamGeometry
{
    private const int Batches = 24;

    // Norms of long vectors hardly vary from batch to batch, and a gradient per task and batch is dear.
    private const int MomentBatches = 8;
    private const float Floor = 0.1f;

    private readonly double[] _moments, _exact;
    private readonly int _tasks;
    private readonly double _allTasks;

    private AdamGeometry(HeadGeometry heads, TrunkVectors scale, double[] moments, double[] exact, double[] taskShares)
    {
        (Scale, _moments, _exact, _tasks) = (scale, moments, exact, taskShares.Length);
        Heads = heads;
        _allTasks = Size([.. Enumerable.Range(0, _tasks)], taskShares, 1);
    }

    /// <summary>The same for the heads.</summary>
    public HeadGeometry Heads { get; }

    /// <summary>One vector, D^−½.</summary>
    public TrunkVectors Scale { get; }

    /// <summary>Gradients of one mini-batch each that <see cref="Measure"/> takes.</summary>
    public static int Vectors(int tasks) => Batches + MomentBatches * tasks;

    /// <summary>Measures mini-batch gradients at W0.</summary>
    /// <param name="sweep">Network and training rows.</param>
    /// <param name="sample">The same with rows enough for means.</param>
    /// <param name="gradients">Each task's gradient over these.</param>
    /// <param name="taskShares">Each task's share in the loss.</param>
    /// <param name="observed">Which training rows observe which task.</param>
    /// <param name="batchSize">Rows of a mini-batch.</param>
    /// <param name="seed">Draws the batches.</param>
    public static AdamGeometry Measure(TrunkSweep sweep, TrunkSweep sample, TrunkVectors gradients,
        double[] taskShares, ObservedRows observed, int batchSize, ulong seed)
    {
        int[][] rows = Draw(sweep.Rows, batchSize, seed);
        var total = new TrunkVectors[Batches];
        Parallel.For(0, Batches, sweep.Options(), b => total[b] = sweep.BatchGradient(rows[b], taskShares));
        var scale = new TrunkVectors(sweep.Shape, 1);
        foreach (TrunkVectors g in total)
            for (int b = 0; b < scale.Blocks.Length; b++)
                TensorPrimitives.MultiplyAdd(g.Blocks[b], g.Blocks[b], scale.Blocks[b], scale.Blocks[b]);
        InvertRoots(scale);
        var moments = new double[taskShares.Length * taskShares.Length];
        var byBatch = new double[MomentBatches][];
        Parallel.For(0, MomentBatches, sweep.Options(), b => byBatch[b] = sweep.BatchMoments(rows[b], scale));
        foreach (double[] batch in byBatch)
            TensorPrimitives.Add<double>(moments, batch, moments);
        TensorPrimitives.Divide<double>(moments, MomentBatches, moments);
        TrunkVectors exact = gradients.Slice(0, gradients.Count);
        exact.MultiplyBy(scale);
        return new AdamGeometry(HeadGeometry.Measure(sample, observed, batchSize, Floor), scale, moments,
            exact.Gram(sweep.Threads), taskShares);
    }

    /// <summary>Root mean square of a subset's mini-batch gradients over that of all tasks' together.</summary>
    /// <param name="subset">Tasks.</param>
    /// <param name="shares">Their shares in the loss of the subset.</param>
    /// <param name="rowShare">Share of the training rows where one of them is observed: a batch holds that many times
    /// more of each.</param>
    public double RelativeSize(ReadOnlySpan<int> subset, ReadOnlySpan<double> shares, double rowShare) =>
        Size(subset, shares, rowShare) / _allTasks;

    private double Size(ReadOnlySpan<int> subset, ReadOnlySpan<double> shares, double rowShare)
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

    // As many batches whatever the number of rows: the root mean square of two or three is mostly noise.
    private static int[][] Draw(int[] rows, int batchSize, ulong seed)
    {
        int size = Math.Min(batchSize, rows.Length), perEpoch = rows.Length / size;
        int[][] epochs = [.. Enumerable.Range(0, (Batches + perEpoch - 1) / perEpoch).Select(epoch =>
        {
            int[] order = [.. rows];
            new RandomStream(seed, "geometry", epoch).Shuffle<int>(order);
            return order;
        })];
        return [.. Enumerable.Range(0, Batches)
            .Select(b => epochs[b / perEpoch].AsSpan(b % perEpoch * size, size).ToArray())];
    }

    // Sums of squares become 1/√rms; the floor keeps directions that hardly ever get a gradient from dominating.
    private static void InvertRoots(TrunkVectors squares)
    {
        double sum = 0;
        long count = 0;
        foreach (float[] block in squares.Blocks)
        {
            for (int i = 0; i < block.Length; i++)
                sum += block[i] = MathF.Sqrt(block[i] / Batches);
            count += block.Length;
        }
        float floor = Math.Max(Floor * (float)(sum / count), 1e-30f);
        foreach (float[] block in squares.Blocks)
            for (int i = 0; i < block.Length; i++)
                block[i] = 1 / MathF.Sqrt(block[i] + floor);
    }
}
