using System.Buffers;
using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>K as it is, n×n: for few outcomes of many tasks.</summary>
internal sealed class DenseOutcomeDensity : IOutcomeDensity
{
    private readonly double[] _y;
    private readonly double[][] _parts;

    /// <summary>Computes the parts of K once.</summary>
    public DenseOutcomeDensity(OutcomeCell[] cells, double[] y, int tasks)
    {
        int n = cells.Length, count = OutcomeVariances.Parts(cells[0].Estimates.Length);
        (_y, _parts) = (y, [.. Enumerable.Range(0, count).Select(_ => new double[n * n])]);
        var products = new double[count];
        for (int a = 0; a < n; a++)
            for (int b = 0; b <= a; b++)
            {
                OutcomeVariances.Products(cells[a], cells[b], tasks, products);
                for (int p = 0; p < count; p++)
                    _parts[p][a * n + b] = products[p];
                _parts[count - 2][a * n + b] = a == b ? 1 : 0;
            }
    }

    /// <inheritdoc/>
    public double Log(double[] variances)
    {
        int n = _y.Length;
        double[] rented = ArrayPool<double>.Shared.Rent(n * n);
        double log = Log(variances, rented.AsSpan(0, n * n));
        ArrayPool<double>.Shared.Return(rented);
        return log;
    }

    private double Log(double[] variances, Span<double> k)
    {
        int n = _y.Length;
        TensorPrimitives.Multiply(_parts[^1], OutcomeVariances.Level, k);
        for (int p = 0; p < variances.Length; p++)
            if (variances[p] > 0)
                TensorPrimitives.MultiplyAdd(_parts[p], variances[p], k, k);
        if (!Cholesky.TryFactor(k, n, out _))
            return double.NegativeInfinity;
        double[] whitened = [.. _y];
        Cholesky.SolveLower<double>(k, n, whitened);
        double log = -0.5 * TensorPrimitives.SumOfSquares<double>(whitened);
        for (int a = 0; a < n; a++)
            log -= Math.Log(k[a * n + a]);
        return log;
    }
}
