using System.Numerics.Tensors;

namespace MLNet.MultiTask.Benchmarks.Generators;

/// <summary>
/// Synthetic multi-task regression with planted groups, after MultiTab-Bench: X ~ N(0, I), task i has a unit direction
/// w_i with cos(w_i, w_j) equal to the wanted correlation exactly, and y_i = Σ_{k ≤ deg_i} (w_i·x)^k + noise.
/// </summary>
internal static class MultiTabBench
{
    /// <summary>Generates a table, and the grouping that was planted in it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static (TaskTable Table, TaskGrouping Planted) Generate(MultiTabBenchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        int[] groupOf = [.. options.GroupSizes.SelectMany((size, g) => Enumerable.Repeat(g, size))];
        int[] placeOf = [.. options.GroupSizes.SelectMany(size => Enumerable.Range(0, size))];
        int n = options.Rows, d = options.Features, tasks = groupOf.Length;
        double[][] directions = Directions(options, groupOf);

        float[] features = new float[n * d], labels = new float[n * tasks];
        var own = new RandomStream(options.Seed, "noise");
        var shared = new RandomStream(options.Seed, "shared noise");
        var x = new RandomStream(options.Seed, "features");
        var latent = new double[options.GroupSizes.Max()];
        for (int row = 0; row < n; row++)
        {
            Span<float> f = features.AsSpan(row * d, d);
            for (int j = 0; j < d; j++)
                f[j] = (float)x.NextNormal();
            for (int place = 0; place < latent.Length; place++)
                latent[place] = shared.NextNormal();
            for (int t = 0; t < tasks; t++)
            {
                double z = 0;
                for (int j = 0; j < d; j++)
                    z += directions[t][j] * f[j];
                int degree = options.Degrees[placeOf[t] % options.Degrees.Count];
                double noise = own.NextNormal();
                double y = options.LabelsMislead
                    ? Hermite(z, degree)
                        + options.Noise * (Math.Sqrt(0.9) * latent[placeOf[t]] + Math.Sqrt(0.1) * noise)
                    : PowerSum(z, degree) + options.Noise * PowerSumScale(degree) * noise;
                labels[row * tasks + t] = options.Kind == TaskKind.Binary ? (y > 0 ? 1 : 0) : (float)y;
            }
        }
        TaskInfo[] infos = [.. groupOf.Select((g, t) => new TaskInfo($"g{g}t{placeOf[t]}", options.Kind))];
        return (new TaskTable(features, d, infos, labels), TaskGrouping.FromAssignment(groupOf));
    }

    /// <summary>
    /// w_i = √b·u₀ + √(a−b)·u_group + √(1−a)·u_i over orthonormal u has exactly the block correlation a within, b
    /// between.
    /// </summary>
    internal static double[][] Directions(MultiTabBenchOptions options, int[] groupOf)
    {
        int groups = options.GroupSizes.Count, d = options.Features;
        double[][] u = Orthonormal(1 + groups + groupOf.Length, d, options.Seed);
        double a = options.WithinCorrelation, b = options.BetweenCorrelation;
        return [.. groupOf.Select((g, t) => Enumerable.Range(0, d).Select(j =>
            Math.Sqrt(b) * u[0][j] + Math.Sqrt(a - b) * u[1 + g][j] + Math.Sqrt(1 - a) * u[1 + groups + t][j])
            .ToArray())];
    }

    private static double[][] Orthonormal(int count, int d, ulong seed)
    {
        var vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            var stream = new RandomStream(seed, "direction", i);
            double[] v = vectors[i] = new double[d];
            for (int j = 0; j < d; j++)
                v[j] = stream.NextNormal();
            for (int pass = 0; pass < 2; pass++)
                for (int p = 0; p < i; p++)
                {
                    double dot = TensorPrimitives.Dot<double>(v, vectors[p]);
                    for (int j = 0; j < d; j++)
                        v[j] -= dot * vectors[p][j];
                }
            double norm = Math.Sqrt(TensorPrimitives.Dot<double>(v, v));
            for (int j = 0; j < d; j++)
                v[j] /= norm;
        }
        return vectors;
    }

    private static double PowerSum(double z, int degree)
    {
        double sum = 0;
        for (int k = 0; k < degree; k++)
            sum = (sum + 1) * z;
        return sum;
    }

    // Standard deviation of z + … + z^degree under a standard normal, from the moments 1, 3, 15 and 105.
    private static double PowerSumScale(int degree) => degree switch
    {
        1 => 1,
        2 => Math.Sqrt(3),
        3 => Math.Sqrt(24),
        _ => 12,
    };

    // Probabilists' Hermite polynomials, of unit variance and uncorrelated with one another.
    private static double Hermite(double z, int degree) => degree switch
    {
        1 => z,
        2 => (z * z - 1) / Math.Sqrt(2),
        3 => (z * z * z - 3 * z) / Math.Sqrt(6),
        _ => (z * z * z * z - 6 * z * z + 3) / Math.Sqrt(24),
    };
}
