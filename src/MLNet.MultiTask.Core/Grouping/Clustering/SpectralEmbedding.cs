using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Rows of the leading eigenvectors of D^(−½)·A·D^(−½), scaled to length 1 (Ng, Jordan, Weiss, NIPS 2001).
/// </summary>
internal sealed class SpectralEmbedding
{
    private readonly int _n;
    private readonly double[] _vectors;

    /// <param name="a">n×n, symmetric, not negative; overwritten.</param>
    /// <param name="n">Order.</param>
    /// <param name="threads">Threads used at most.</param>
    /// <param name="cancellationToken">Looked at every step.</param>
    public SpectralEmbedding(double[] a, int n, int threads, CancellationToken cancellationToken)
    {
        (_n, _vectors) = (n, new double[n * n]);
        var degree = new double[n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                degree[i] += a[i * n + j];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                a[i * n + j] = degree[i] > 0 && degree[j] > 0 ? a[i * n + j] / Math.Sqrt(degree[i] * degree[j]) : 0;
        new SymmetricEigen(n) { CancellationToken = cancellationToken }.Decompose(a, new double[n], _vectors, threads);
    }

    /// <summary>n×k.</summary>
    public double[] Rows(int k)
    {
        var rows = new double[_n * k];
        for (int i = 0; i < _n; i++)
        {
            double length = 0;
            for (int c = 0; c < k; c++)
            {
                rows[i * k + c] = _vectors[(_n - 1 - c) * _n + i];
                length += rows[i * k + c] * rows[i * k + c];
            }
            for (int c = 0; length > 0 && c < k; c++)
                rows[i * k + c] /= Math.Sqrt(length);
        }
        return rows;
    }

    /// <summary>
    /// Similarities that are not negative: exp((T − max T) / (temperature·σ)), σ the standard deviation off the
    /// diagonal.
    /// </summary>
    /// <param name="values">n×n affinities.</param>
    /// <param name="n">Order.</param>
    /// <param name="temperature">Positive; null = the affinities themselves, which must not be negative then.</param>
    /// <exception cref="ArgumentException">A negative affinity without a temperature.</exception>
    public static double[] Similarities(double[] values, int n, double? temperature)
    {
        if (temperature is null)
            return Array.FindIndex(values, v => v < 0) is int negative and >= 0
                ? throw new ArgumentException(
                    $"The affinity between tasks {negative / n} and {negative % n} is {values[negative]}; " +
                    "spectral clustering of the affinities themselves needs them not negative: set a temperature")
                : [.. values];
        double mean = 0, squares = 0, largest = values.Max();
        int count = Math.Max(1, n * n - n);
        for (int i = 0; i < values.Length; i++)
            mean += i % (n + 1) == 0 ? 0 : values[i] / count;
        for (int i = 0; i < values.Length; i++)
            squares += i % (n + 1) == 0 ? 0 : (values[i] - mean) * (values[i] - mean) / count;
        double scale = temperature.Value * Math.Sqrt(squares);
        return [.. values.Select(v => scale > 0 ? Math.Exp((v - largest) / scale) : 1)];
    }
}
