using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The block-Krylov basis of the tasks' own gradients: c_t (trunk gradient of task t's mean loss at W0), H̄c_t, H̄²c_t,
/// … with H̄ the Gauss–Newton matrix of the mean loss, and H_t c_t of each task's own. Every one-step solution over a
/// subset lies close to its span, which a random projection of many more dimensions misses.
/// </summary>
internal static class KrylovBasis
{
    private const int Block = TrunkChunk.DirectionsAtOnce;

    // Without tangents to keep in cache, more vectors at once save passes over the rows.
    private const int GradientBlock = 128;

    /// <summary>
    /// Orthonormal vectors, at most <paramref name="maximum"/>, singular values below 1e-3 of the largest left out.
    /// </summary>
    /// <param name="sweep">Network and training rows.</param>
    /// <param name="gradients">The c_t.</param>
    /// <param name="taskShares">Each task's share in the mean loss; sums to 1.</param>
    /// <param name="products">Products with H̄.</param>
    /// <param name="ownProducts">Products with the task's own H_t.</param>
    /// <param name="maximum">Most vectors kept, those of the largest singular values.</param>
    /// <param name="scale">
    /// One vector s, entrywise positive: the basis is orthonormal in coordinates θ/s, as a diagonal preconditioner s²
    /// moves them. Null = 1.
    /// </param>
    public static TrunkVectors Build(TrunkSweep sweep, TrunkVectors gradients, double[] taskShares, int products,
        int ownProducts, int maximum, TrunkVectors? scale)
    {
        int tasks = sweep.Table.Tasks.Count;
        double[] weights = sweep.TaskWeights();
        var all = new TrunkVectors(sweep.Shape, tasks * (1 + products + ownProducts));
        TrunkVectors current = Finish(gradients.Slice(0, tasks), scale);
        all.CopyFrom(current, 0, 0, tasks);
        TrunkVectors own = current;
        for (int k = 1; k <= products; k++)
        {
            current = Finish(LeadingProduct(sweep, current, weights, taskShares, maximum, scale), scale);
            all.CopyFrom(current, 0, k * tasks, tasks);
        }
        for (int k = 1; k <= ownProducts; k++)
        {
            own = Finish(OwnProduct(sweep, Scaled(own, scale), weights), scale);
            all.CopyFrom(own, 0, (products + k) * tasks, tasks);
        }
        TrunkVectors basis = Leading(all, maximum, sweep.Threads);
        if (scale is not null)
            basis.MultiplyBy(scale);
        return basis;
    }

    /// <summary>c_t = −∇(mean loss of task t) with respect to the trunk, one vector per task.</summary>
    public static TrunkVectors TaskGradients(TrunkSweep sweep, double[] weights) =>
        sweep.Sum(weights.Length, GradientBlock, (chunk, first, sum) =>
        {
            Span<float> signals = chunk.Scratch(chunk.PairCount);
            for (int p = 0; p < signals.Length; p++)
                signals[p] = chunk.Pairs[p].Slope * (float)(chunk.Weights[p] / weights[chunk.PairTask[p]]);
            chunk.PullByTask(signals, first, sum);
        });

    /// <summary>H̄·v for every vector, H̄ = Σ_t share_t · mean over task t's rows of curvature·∇u∇uᵀ.</summary>
    public static TrunkVectors Product(TrunkSweep sweep, TrunkVectors vectors, double[] weights, double[] taskShares)
    {
        Dictionary<int, TrunkVectors> parts = Parts(vectors);
        return sweep.Sum(vectors.Count, Block, (chunk, first, sum) =>
        {
            int count = sum.Count;
            Span<float> signals = chunk.Scratch(chunk.PairCount * count);
            chunk.Features(parts[first], signals);
            for (int p = 0; p < chunk.PairCount; p++)
            {
                int t = chunk.PairTask[p];
                float factor = chunk.Pairs[p].Curvature * (float)(chunk.Weights[p] * taskShares[t] / weights[t]);
                Span<float> pair = signals.Slice(p * count, count);
                TensorPrimitives.Multiply(pair, factor, pair);
            }
            chunk.Pull(signals, sum);
        });
    }

    /// <summary>
    /// s·v of every vector times H̄; of more vectors than the basis will have, the products of the directions that hold
    /// most of them are enough.
    /// </summary>
    public static TrunkVectors LeadingProduct(TrunkSweep sweep, TrunkVectors vectors, double[] weights,
        double[] taskShares, int maximum, TrunkVectors? scale)
    {
        if (vectors.Count <= maximum)
            return Product(sweep, Scaled(vectors, scale), weights, taskShares);
        TrunkVectors leading = Leading(vectors, maximum, sweep.Threads);
        return Product(sweep, Scaled(leading, scale), weights, taskShares)
            .Mix(vectors.Products(leading, sweep.Threads), vectors.Count, sweep.Threads);
    }

    /// <summary>H_t·v_t, each task with its own matrix.</summary>
    public static TrunkVectors OwnProduct(TrunkSweep sweep, TrunkVectors vectors, double[] weights)
    {
        Dictionary<int, TrunkVectors> parts = Parts(vectors);
        return sweep.Sum(vectors.Count, Block, (chunk, first, sum) =>
        {
            Span<float> signals = chunk.Scratch(chunk.PairCount);
            chunk.OwnFeatures(parts[first], first, signals);
            for (int p = 0; p < signals.Length; p++)
                signals[p] *= chunk.Pairs[p].Curvature * (float)(chunk.Weights[p] / weights[chunk.PairTask[p]]);
            chunk.PullByTask(signals, first, sum);
        });
    }

    private static Dictionary<int, TrunkVectors> Parts(TrunkVectors vectors) =>
        TrunkSweep.Parts(vectors.Count, Block) is { Length: > 1 } parts
            ? parts.ToDictionary(part => part.First, part => vectors.Slice(part.First, part.Count))
            : new() { [0] = vectors };

    private static TrunkVectors Scaled(TrunkVectors vectors, TrunkVectors? scale)
    {
        if (scale is null)
            return vectors;
        TrunkVectors copy = vectors.Slice(0, vectors.Count);
        copy.MultiplyBy(scale);
        return copy;
    }

    private static TrunkVectors Finish(TrunkVectors vectors, TrunkVectors? scale)
    {
        if (scale is not null)
            vectors.MultiplyBy(scale);
        vectors.Normalize();
        return vectors;
    }

    private static TrunkVectors Leading(TrunkVectors vectors, int maximum, int threads) =>
        LeadingDirections.Of(vectors, maximum, SmallestSingularValue, seed: 0, threads)
            ?? throw new InvalidOperationException("Every task's gradient with respect to the shared layers is zero; " +
                "no affinity can be estimated from them (are all hidden units dead, or all labels constant?)");

    private const double SmallestSingularValue = 1e-3;
}
