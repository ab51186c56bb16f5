using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// What the split search sees of each row: mass, count, and all gradients or a sketch of them. Gradients are divided by
/// the root of their mean Hessian, relative to the mean of all outputs, so that a gain is what the loss falls by
/// whatever the kind of task: exactly with one output, or where an output's Hessian is the same in all rows.
/// </summary>
internal sealed unsafe class SplitLanes(int outputs, SplitSketch sketch, int dimension, ulong seed, int threads)
{
    private const int ShardRows = 1024;

    private readonly AlignedBuffer _buffer = new();
    private readonly bool _sketched = sketch != SplitSketch.None && outputs > dimension;

    /// <summary>Its width is a row's.</summary>
    public HistogramKernel Kernel { get; } =
        HistogramKernel.For(sketch != SplitSketch.None && outputs > dimension ? dimension : outputs);

    /// <summary>Fills the lanes of one tree.</summary>
    /// <param name="gradients">Of all rows.</param>
    /// <param name="positions">Rows that the tree is grown on; scales are taken from them.</param>
    /// <param name="outputWeights">Per output its share in the loss; 0 = the split search does not see it.</param>
    /// <param name="tree">Number of the tree.</param>
    /// <returns>positions×width, the first on a cache line.</returns>
    public nint Fill(IGradientRows gradients, int[] positions, double[] outputWeights, int tree)
    {
        int width = Kernel.Width, seen = outputWeights.Count(w => w > 0);
        float* lanes = _buffer.Reserve(checked(gradients.Count * width));
        float[] shares = [.. outputWeights.Select(w => w > 0 ? 1f / seen : 0)];
        (double[] hessians, double[] squares) = Read(gradients, positions, shares, (nint)lanes);
        double mean = 0;
        for (int j = 0; j < outputs; j++)
            mean += outputWeights[j] > 0 ? hessians[j] : 0;
        mean /= Math.Max(1, seen);
        var scales = new double[outputs];
        for (int j = 0; j < outputs; j++)
        {
            scales[j] = outputWeights[j] > 0 && hessians[j] > 0 ? Math.Sqrt(outputWeights[j] * mean / hessians[j]) : 0;
            squares[j] *= scales[j] * scales[j];
        }
        float[]? projection = _sketched ? Projection(scales, squares, width, tree) : null;
        float[] diagonal = [.. scales.Select(s => (float)s)];
        nint to = (nint)lanes;
        int shards = (positions.Length + ShardRows - 1) / ShardRows;
        SharedPool.Run(shards, threads, s =>
        {
            float[] scratch = _sketched ? new float[2 * outputs] : [];
            int end = Math.Min(positions.Length, (s + 1) * ShardRows);
            for (int i = s * ShardRows; i < end; i++)
            {
                var row = new Span<float>((float*)to + (long)positions[i] * width, width);
                Span<float> own = row.Slice(2, _sketched ? 0 : outputs);
                if (projection is null)
                    TensorPrimitives.Multiply(own, diagonal, own);
                else
                    Kernel.Project(gradients.Row(positions[i], scratch).First, projection, row);
            }
        });
        return to;
    }

    /// <summary>
    /// Writes each row's mass, count and, if all are seen, gradients; sums Hessians and squared gradients per output,
    /// in fixed shards added in order.
    /// </summary>
    private (double[] Hessians, double[] Squares) Read(IGradientRows gradients, int[] positions, float[] shares,
        nint lanes)
    {
        int width = Kernel.Width;
        int shards = (positions.Length + ShardRows - 1) / ShardRows;
        var parts = new double[shards][];
        SharedPool.Run(shards, threads, s =>
        {
            var part = new double[2 * outputs];
            var scratch = new float[2 * outputs];
            int end = Math.Min(positions.Length, (s + 1) * ShardRows);
            for (int i = s * ShardRows; i < end; i++)
            {
                GradientRow row = gradients.Row(positions[i], scratch);
                for (int j = 0; j < outputs; j++)
                {
                    part[j] += row.Second[j];
                    part[outputs + j] += (double)row.First[j] * row.First[j];
                }
                var own = new Span<float>((float*)lanes + (long)positions[i] * width, width);
                own.Clear();
                own[0] = TensorPrimitives.Dot(row.Second, shares);
                own[1] = 1;
                if (!_sketched)
                    row.First.CopyTo(own[2..]);
            }
            parts[s] = part;
        });
        double[] hessians = new double[outputs], squares = new double[outputs];
        foreach (double[] part in parts)
            for (int j = 0; j < outputs; j++)
            {
                hessians[j] += part[j];
                squares[j] += part[outputs + j];
            }
        return (hessians, squares);
    }

    /// <summary>outputs×width: scaled gradients times it are the lanes.</summary>
    private float[] Projection(double[] scales, double[] squares, int width, int tree)
    {
        var projection = new float[outputs * width];
        var random = new RandomStream(seed, "split sketch", tree);
        if (sketch == SplitSketch.TopOutputs)
        {
            int[] top = [.. Enumerable.Range(0, outputs).OrderByDescending(j => squares[j]).Take(dimension)];
            for (int k = 0; k < dimension; k++)
                projection[top[k] * width + 2 + k] = (float)scales[top[k]];
        }
        else if (sketch == SplitSketch.RandomProjection)
        {
            for (int j = 0; j < outputs; j++)
                for (int k = 0; k < dimension; k++)
                    projection[j * width + 2 + k] = (float)(scales[j] * random.NextNormal() / Math.Sqrt(dimension));
        }
        else
        {
            // Drawn with replacement; every output keeps a small chance (section 3.2 there).
            int live = scales.Count(s => s > 0);
            double total = squares.Sum();
            for (int k = 0; k < dimension && live > 0; k++)
            {
                double at = random.NextDouble(), chance = 0;
                int drawn = -1;
                for (int j = 0; j < outputs && at >= 0; j++)
                    if (scales[j] > 0)
                    {
                        drawn = j;
                        chance = total > 0 ? 0.9 * squares[j] / total + 0.1 / live : 1.0 / live;
                        at -= chance;
                    }
                projection[drawn * width + 2 + k] += (float)(scales[drawn] / Math.Sqrt(dimension * chance));
            }
        }
        return projection;
    }
}
