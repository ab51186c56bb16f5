using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The leading right singular vectors of a set of vectors: the orthonormal directions, at most so many, that hold most
/// of them. Few vectors are decomposed exactly by way of their Gram matrix. Where many more are given than directions
/// are wanted, the decomposition would take longer than all else, and subspace iteration takes its place (Halko,
/// Martinsson, Tropp 2011, algorithm 4.4).
/// </summary>
internal static class LeadingDirections
{
    private const int ExactUpTo = 640;
    private const int Oversampling = 32;
    private const int Iterations = 3;

    // Relative to the largest, smaller singular values of float vectors are rounding.
    private const double Rounding = 1e-5;

    /// <summary>
    /// Orthonormal vectors, the largest singular value first; those below <paramref name="smallest"/> times the largest
    /// are left out.
    /// </summary>
    /// <param name="vectors">The set.</param>
    /// <param name="maximum">Most directions.</param>
    /// <param name="smallest">Least singular value kept, relative to the largest.</param>
    /// <param name="seed">Start of the iteration.</param>
    /// <param name="threads">Threads used at most; the bits do not depend on them.</param>
    /// <returns>Null where all vectors are zero.</returns>
    public static TrunkVectors? Of(TrunkVectors vectors, int maximum, double smallest, ulong seed, int threads) =>
        vectors.Count <= ExactUpTo || vectors.Count < 2 * (maximum + Oversampling)
            ? Exact(vectors, maximum, smallest, threads) : Iterated(vectors, maximum, smallest, seed, threads);

    /// <summary>By the full decomposition of the Gram matrix.</summary>
    internal static TrunkVectors? Exact(TrunkVectors vectors, int maximum, double smallest, int threads) =>
        Whitening(vectors.Gram(threads), vectors.Count, maximum, smallest, threads) is { Rows: > 0 } whitening
            ? vectors.Mix(whitening.Mix, whitening.Rows, threads) : null;

    /// <summary>By subspace iteration, then exactly within the subspace found.</summary>
    internal static TrunkVectors? Iterated(TrunkVectors vectors, int maximum, double smallest, ulong seed, int threads)
    {
        int n = vectors.Count, rows = maximum + Oversampling;
        var random = new RandomStream(seed, "leading directions");
        var mix = new float[rows * n];
        foreach (ref float value in mix.AsSpan())
            value = (float)random.NextNormal();
        for (int i = 0; ; i++)
        {
            if (Exact(vectors.Mix(mix, rows, threads), rows, Rounding, threads) is not { } subspace)
                return null;
            (float[] products, rows) = (subspace.Products(vectors, threads), subspace.Count);
            var gram = new double[rows * rows];
            InnerProducts.AddGram(products, rows, n, gram, threads);
            if (i == Iterations)
                return Turned(subspace, gram, maximum, smallest, threads);
            (float[] whitening, int kept) = Whitening(gram, rows, rows, Rounding, threads);
            mix = new float[kept * n];
            Gemm.Multiply(false, false, kept, n, rows, whitening, rows, products, n, mix, n, threads: threads);
            rows = kept;
        }
    }

    // The Gram matrix of the vectors' coordinates in an orthonormal subspace says how to turn it.
    private static TrunkVectors? Turned(TrunkVectors subspace, double[] gram, int maximum, double smallest, int threads)
    {
        int n = subspace.Count;
        (float[] mix, int rows) = Whitening(gram, n, maximum, smallest, threads);
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = mix.AsSpan(r * n, n);
            TensorPrimitives.Divide(row, TensorPrimitives.Norm<float>(row), row);
        }
        return rows == 0 ? null : subspace.Mix(mix, rows, threads);
    }

    // Rows v/√λ of the eigenvectors, which make vectors of this Gram matrix orthonormal.
    private static (float[] Mix, int Rows) Whitening(double[] gram, int n, int maximum, double smallest, int threads)
    {
        double[] values = new double[n], directions = new double[n * n];
        new SymmetricEigen(n).Decompose(gram, values, directions, threads);
        double least = values[^1] * smallest * smallest;
        int[] kept = [.. Enumerable.Range(0, n).Reverse().Where(i => values[i] > least).Take(maximum)];
        var mix = new float[kept.Length * n];
        for (int r = 0; r < kept.Length; r++)
            for (int k = 0; k < n; k++)
                mix[r * n + k] = (float)(directions[kept[r] * n + k] / Math.Sqrt(values[kept[r]]));
        return (mix, kept.Length);
    }
}
