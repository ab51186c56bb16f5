using System.Numerics.Tensors;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Random Fourier features of rows (Rahimi, Recht, NIPS 2007): ⟨φ(x), φ(x')⟩ ≈ exp(−‖x − x'‖² / 2σ²), features in
/// units of their deviation over some rows.
/// </summary>
internal sealed class RandomFrequencies
{
    private const int DistancePairs = 500;
    private readonly TaskTable _table;
    private readonly float[] _frequencies;
    private readonly int _count;

    /// <param name="table">The features.</param>
    /// <param name="rows">Rows that give units and width.</param>
    /// <param name="count">Frequencies; φ has twice as many numbers.</param>
    /// <param name="width">σ; null = the median distance of two rows.</param>
    /// <param name="seed">Seed of the frequencies.</param>
    public RandomFrequencies(TaskTable table, int[] rows, int count, double? width, ulong seed)
    {
        int d = table.FeatureCount;
        (_table, _count, _frequencies) = (table, count, new float[count * d]);
        float[] units = Units(rows);
        Width = width ?? MedianDistance(rows, units, new RandomStream(seed, "divergence/pairs"));
        var random = new RandomStream(seed, "divergence/frequencies");
        for (int k = 0; k < count; k++)
            for (int f = 0; f < d; f++)
                _frequencies[k * d + f] = (float)(random.NextNormal() / Width) * units[f];
    }

    /// <summary>Numbers of φ.</summary>
    public int Length => 2 * _count;

    /// <summary>σ.</summary>
    public double Width { get; }

    /// <summary>φ of a row.</summary>
    public float[] Of(int row)
    {
        int d = _table.FeatureCount;
        float[] x = Row(row), values = new float[Length];
        float scale = 1 / MathF.Sqrt(_count);
        for (int k = 0; k < _count; k++)
        {
            (float sine, float cosine) = MathF.SinCos(TensorPrimitives.Dot<float>(x, _frequencies.AsSpan(k * d, d)));
            (values[2 * k], values[2 * k + 1]) = (scale * cosine, scale * sine);
        }
        return values;
    }

    // 1 / deviation; 0 for a constant feature.
    private float[] Units(int[] rows)
    {
        int d = _table.FeatureCount;
        double[] sum = new double[d], squares = new double[d];
        foreach (int row in rows)
        {
            float[] x = Row(row);
            for (int f = 0; f < d; f++)
            {
                sum[f] += x[f];
                squares[f] += (double)x[f] * x[f];
            }
        }
        return [.. sum.Select((s, f) =>
        {
            double mean = s / rows.Length, variance = squares[f] / rows.Length - mean * mean;
            return variance > 1e-12 * mean * mean && variance > 0 ? (float)(1 / Math.Sqrt(variance)) : 0;
        })];
    }

    private double MedianDistance(int[] rows, float[] units, RandomStream random)
    {
        var distances = new double[DistancePairs];
        for (int p = 0; p < distances.Length; p++)
        {
            float[] a = Row(rows[random.NextInt32(rows.Length)]), b = Row(rows[random.NextInt32(rows.Length)]);
            TensorPrimitives.Subtract(a, b, a);
            TensorPrimitives.Multiply(a, units, a);
            distances[p] = TensorPrimitives.Norm<float>(a);
        }
        double[] apart = [.. distances.Where(distance => distance > 0).Order()];
        return apart.Length == 0 ? 1 : apart[apart.Length / 2];
    }

    private float[] Row(int row)
    {
        var x = new float[_table.FeatureCount];
        _table.Features.CopyRows([row], x);
        return x;
    }
}
