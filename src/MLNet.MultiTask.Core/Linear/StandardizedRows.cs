using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Linear;

/// <summary>
/// Training rows with every feature minus its mean, divided by its deviation; only cells that are not 0 are held, and
/// means and deviations are applied to the products instead. A feature that is the same everywhere counts nothing.
/// </summary>
internal sealed class StandardizedRows
{
    // Rows are added up in so many pieces, whatever the number of threads.
    private const int Shards = 8;

    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly float[] _values;
    private readonly int _threads;

    public StandardizedRows(TaskTable table, int[] rows, int threads)
    {
        (Rows, ColumnCount, _threads) = (rows, table.FeatureCount, threads);
        (Means, Scales) = (new double[ColumnCount], new double[ColumnCount]);
        _starts = new int[rows.Length + 1];
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> row = table.FeatureRow(rows[i]);
            _starts[i + 1] = _starts[i];
            for (int f = 0; f < row.Length; f++)
            {
                Means[f] += row[f];
                _starts[i + 1] += row[f] != 0 ? 1 : 0;
            }
        }
        (_columns, _values) = (new int[_starts[^1]], new float[_starts[^1]]);
        TensorPrimitives.Divide(Means, rows.Length, Means);
        for (int i = 0, next = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> row = table.FeatureRow(rows[i]);
            for (int f = 0; f < row.Length; f++)
            {
                Scales[f] += (row[f] - Means[f]) * (row[f] - Means[f]);
                if (row[f] != 0)
                    (_columns[next], _values[next++]) = (f, row[f]);
            }
        }
        for (int f = 0; f < ColumnCount; f++)
        {
            double deviation = Math.Sqrt(Scales[f] / rows.Length);
            Scales[f] = deviation > 1e-12 * Math.Max(1, Math.Abs(Means[f])) ? 1 / deviation : 0;
        }
    }

    /// <summary>Row of the table at each position.</summary>
    public int[] Rows { get; }

    /// <summary>Number of features d.</summary>
    public int ColumnCount { get; }

    /// <summary>Mean of each feature.</summary>
    public double[] Means { get; }

    /// <summary>1 / deviation; 0 for a constant feature.</summary>
    public double[] Scales { get; }

    /// <summary>X·W + b.</summary>
    /// <param name="weights">d×K.</param>
    /// <param name="bias">Length K.</param>
    /// <param name="outputs">rows×K; overwritten.</param>
    public void Multiply(double[] weights, double[] bias, float[] outputs)
    {
        int k = bias.Length;
        var scaled = new double[weights.Length];
        double[] constant = [.. bias];
        for (int f = 0; f < ColumnCount; f++)
            for (int j = 0; j < k; j++)
            {
                scaled[f * k + j] = weights[f * k + j] * Scales[f];
                constant[j] -= Means[f] * scaled[f * k + j];
            }
        SharedPool.Run(Shards, _threads, s =>
        {
            var sum = new double[k];
            (int from, int to) = Shard(s);
            for (int i = from; i < to; i++)
            {
                constant.CopyTo(sum, 0);
                for (int e = _starts[i]; e < _starts[i + 1]; e++)
                    TensorPrimitives.MultiplyAdd(scaled.AsSpan(_columns[e] * k, k), _values[e], sum, sum);
                for (int j = 0; j < k; j++)
                    outputs[i * k + j] = (float)sum[j];
            }
        });
    }

    /// <summary>Xᵀ·R and the column sums of R.</summary>
    /// <param name="residuals">rows×K.</param>
    /// <param name="bias">Length K; overwritten by the sums.</param>
    /// <returns>d×K.</returns>
    public double[] MultiplyTransposed(double[] residuals, double[] bias)
    {
        int k = bias.Length;
        var parts = new double[Shards][];
        SharedPool.Run(Shards, _threads, s =>
        {
            // The last row are the sums.
            var part = new double[(ColumnCount + 1) * k];
            (int from, int to) = Shard(s);
            for (int i = from; i < to; i++)
            {
                ReadOnlySpan<double> own = residuals.AsSpan(i * k, k);
                TensorPrimitives.Add(part.AsSpan(ColumnCount * k), own, part.AsSpan(ColumnCount * k));
                for (int e = _starts[i]; e < _starts[i + 1]; e++)
                {
                    Span<double> to2 = part.AsSpan(_columns[e] * k, k);
                    TensorPrimitives.MultiplyAdd(own, _values[e], to2, to2);
                }
            }
            parts[s] = part;
        });
        double[] sum = parts[0];
        for (int s = 1; s < Shards; s++)
            TensorPrimitives.Add(sum, parts[s], sum);
        sum.AsSpan(ColumnCount * k, k).CopyTo(bias);
        var product = sum[..(ColumnCount * k)];
        for (int f = 0; f < ColumnCount; f++)
            for (int j = 0; j < k; j++)
                product[f * k + j] = Scales[f] * (product[f * k + j] - Means[f] * bias[j]);
        return product;
    }

    private (int From, int To) Shard(int shard) => ((int)((long)shard * Rows.Length / Shards),
        (int)((long)(shard + 1) * Rows.Length / Shards));
}
