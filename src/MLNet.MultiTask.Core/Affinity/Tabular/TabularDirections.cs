using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Directions of a tabular network's shared parameters in which steps are sought: the block-Krylov basis of the tasks'
/// own gradients, c_t, H̄c_t, H_t c_t, or random signs; and the tasks' derivatives along them.
/// </summary>
/// <param name="sweep">Network and rows.</param>
/// <param name="shares">Each task's share in the loss of all.</param>
/// <param name="threads">Upper limit of threads.</param>
internal sealed class TabularDirections(TabularSweep sweep, double[] shares, int threads)
{
    private const double SmallestSingularValue = 1e-3;
    private readonly double[] _weights = sweep.TaskWeights();

    /// <summary>−∇ of every task's mean loss; 0 of a task without observed row.</summary>
    public float[][] Gradients() => sweep.Sum(shares.Length, (chunk, sums) =>
    {
        for (int t = 0; t < sums.Length; t++)
            Pull(chunk, sums[t], p => chunk.PairTask[p] == t ? chunk.Pairs[p].Slope * Share(chunk, p) : 0);
    });

    /// <summary>Orthonormal in coordinates θ/scale, those of the largest singular values.</summary>
    /// <param name="gradients">c_t.</param>
    /// <param name="scale">One number per shared parameter.</param>
    /// <param name="maximum">Most directions.</param>
    public float[][] Krylov(float[][] gradients, float[] scale, int maximum)
    {
        int tasks = gradients.Length;
        float[][] first = Finish(gradients, scale), directions = [.. first.Select(v => Times(v, scale))];
        float[][] products = sweep.Sum(2 * tasks, (chunk, sums) =>
        {
            var tangents = new float[chunk.PairCount * tasks];
            for (int v = 0; v < tasks; v++)
                chunk.Tangent(directions[v], tangents, v, tasks);
            for (int v = 0; v < tasks; v++)
            {
                Pull(chunk, sums[v], p => Bent(p, v) * (float)shares[chunk.PairTask[p]]);
                Pull(chunk, sums[tasks + v], p => chunk.PairTask[p] == v ? Bent(p, v) : 0);
            }

            float Bent(int p, int v) => chunk.Pairs[p].Curvature * tangents[p * tasks + v] * Share(chunk, p);
        });
        return [.. Orthonormal([.. first, .. Finish(products, scale)], maximum).Select(v => Times(v, scale))];
    }

    /// <summary>Random signs ±1/√d times the scale (Li, Sharma, Zhang, KDD 2024).</summary>
    public static float[][] Random(int dimension, ulong seed, float[] scale) => [.. Enumerable.Range(0, dimension)
        .Select(k =>
        {
            var stream = new RandomStream(seed, "rademacher", k);
            var signs = new float[scale.Length];
            Signs.Fill(ref stream, 1 / MathF.Sqrt(dimension), signs);
            return Times(signs, scale);
        })];

    /// <summary>Derivatives of every pair's u along directions, kept task by task.</summary>
    public static TaskFeatures[] Features(TabularSweep sweep, float[][] directions)
    {
        int d = directions.Length, tasks = sweep.Table.Tasks.Count;
        var parts = sweep.Map(chunk =>
        {
            var all = new float[chunk.PairCount * d];
            for (int k = 0; k < d; k++)
                chunk.Tangent(directions[k], all, k, d);
            return Enumerable.Range(0, tasks).Select(t =>
            {
                int[] own = [.. Enumerable.Range(0, chunk.PairCount).Where(p => chunk.PairTask[p] == t)];
                return (Features: own.SelectMany(p => all[(p * d)..((p + 1) * d)]).ToArray(),
                    Losses: own.Select(p => chunk.Pairs[p]).ToArray(),
                    Weights: own.Select(p => chunk.Weights[p]).ToArray());
            }).ToArray();
        });
        return [.. Enumerable.Range(0, tasks).Select(t => new TaskFeatures(
            parts.SelectMany(part => part[t].Features).ToArray(), d, parts.SelectMany(part => part[t].Losses).ToArray(),
            parts.SelectMany(part => part[t].Weights).ToArray(), sweep.Table.Tasks[t].Kind == TaskKind.Regression))];
    }

    /// <summary>Entry by entry.</summary>
    public static float[] Times(float[] vector, float[] scale)
    {
        var product = new float[vector.Length];
        TensorPrimitives.Multiply(vector, scale, product);
        return product;
    }

    /// <summary>All inner products, n×n.</summary>
    public static double[] Gram(float[][] vectors, int threads)
    {
        var gram = new double[vectors.Length * vectors.Length];
        InnerProducts.AddGram([.. vectors.SelectMany(v => v)], vectors.Length, vectors[0].Length, gram, threads);
        return gram;
    }

    private float Share(TabularChunk chunk, int pair) =>
        (float)(chunk.Weights[pair] / _weights[chunk.PairTask[pair]]);

    private void Pull(TabularChunk chunk, float[] sum, Func<int, float> signal)
    {
        sweep.ThrowIfCancellationRequested();
        var signals = new float[chunk.PairCount];
        for (int p = 0; p < signals.Length; p++)
            signals[p] = signal(p);
        if (signals.AsSpan().ContainsAnyExcept(0))
            chunk.Pull(signals, sum);
    }

    private static float[][] Finish(float[][] vectors, float[] scale) => [.. vectors.Select(v =>
    {
        float[] scaled = Times(v, scale);
        TensorPrimitives.Divide(scaled, Math.Max(TensorPrimitives.Norm<float>(scaled), 1e-30f), scaled);
        return scaled;
    })];

    // By the eigenvectors of the Gram matrix: rows v/√λ make orthonormal vectors of these.
    private float[][] Orthonormal(float[][] vectors, int maximum)
    {
        int n = vectors.Length;
        double[] values = new double[n], axes = new double[n * n];
        new SymmetricEigen(n).Decompose(Gram(vectors, threads), values, axes);
        double least = Math.Max(values[^1] * SmallestSingularValue * SmallestSingularValue, 1e-30);
        int[] kept = [.. Enumerable.Range(0, n).Reverse().Where(i => values[i] > least).Take(maximum)];
        if (kept.Length == 0)
            throw new InvalidOperationException("Every task's gradient with respect to the shared layers is zero; " +
                "no affinity can be estimated from them (are all labels constant?)");
        return [.. kept.Select(i =>
        {
            var mixed = new float[vectors[0].Length];
            for (int k = 0; k < n; k++)
                TensorPrimitives.MultiplyAdd(vectors[k], (float)(axes[i * n + k] / Math.Sqrt(values[i])), mixed, mixed);
            return mixed;
        })];
    }
}
