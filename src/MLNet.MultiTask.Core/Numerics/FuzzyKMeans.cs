using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Fuzzy k-means (Bezdek 1981): membership u_tc ∝ distance(t, c)^(−2/(m−1)), centre c = Σ u_tc^m·x_t / Σ u_tc^m; the
/// first centres are those of ordinary k-means.
/// </summary>
/// <param name="vectors">One per row, of equal length.</param>
/// <param name="k">Number of clusters.</param>
/// <param name="fuzziness">m &gt; 1.</param>
internal sealed class FuzzyKMeans(IReadOnlyList<double[]> vectors, int k, double fuzziness)
{
    private const int Restarts = 10;
    private readonly double[] _memberships = new double[vectors.Count * k];

    /// <summary>Membership of a row in a cluster; the memberships of a row sum to 1.</summary>
    public double Membership(int row, int cluster) => _memberships[row * k + cluster];

    /// <summary>Iterates; returns the number of iterations.</summary>
    public int Run(double tolerance, int maxIterations, ulong seed, CancellationToken cancellationToken)
    {
        int d = vectors[0].Length;
        int[] ones = [.. Enumerable.Repeat(1, vectors.Count)];
        int[] labels = KMeans.Cluster([.. vectors.SelectMany(v => v)], d, ones, k, Restarts,
            new RandomStream(seed, "fuzzy"));
        for (int t = 0; t < labels.Length; t++)
            _memberships[t * k + labels[t]] = 1;
        for (int iteration = 1; iteration <= maxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Update(Centres(d)) <= tolerance)
                return iteration;
        }
        return maxIterations;
    }

    private double[][] Centres(int d)
    {
        double[][] centres = [.. Enumerable.Range(0, k).Select(_ => new double[d])];
        for (int c = 0; c < k; c++)
        {
            double total = 0;
            for (int t = 0; t < vectors.Count; t++)
            {
                double weight = Math.Pow(Membership(t, c), fuzziness);
                total += weight;
                TensorPrimitives.MultiplyAdd(vectors[t], weight, centres[c], centres[c]);
            }
            TensorPrimitives.Divide(centres[c], total, centres[c]);
        }
        return centres;
    }

    /// <summary>
    /// New memberships; returns the largest change. A row at a centre belongs to it wholly (to the first of several).
    /// </summary>
    private double Update(double[][] centres)
    {
        double change = 0, power = 2 / (fuzziness - 1);
        for (int t = 0; t < vectors.Count; t++)
        {
            double[] distances = [.. centres.Select(c => (double)TensorPrimitives.Distance<double>(vectors[t], c))];
            int nearest = Array.IndexOf(distances, distances.Min());
            double total = 0;
            var next = new double[k];
            for (int c = 0; c < k; c++)
            {
                // Relative to the nearest centre the powers cannot overflow, however hard the memberships.
                next[c] = c == nearest ? 1 : distances[nearest] == 0 ? 0
                    : Math.Pow(distances[nearest] / distances[c], power);
                total += next[c];
            }
            for (int c = 0; c < k; c++)
            {
                change = Math.Max(change, Math.Abs(next[c] / total - Membership(t, c)));
                _memberships[t * k + c] = next[c] / total;
            }
        }
        return change;
    }
}
