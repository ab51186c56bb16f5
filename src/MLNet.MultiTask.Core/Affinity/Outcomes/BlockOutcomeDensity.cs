using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The same from K = B + U·diag(v)·Uᵀ: most parts bind outcomes of one task only, so that B is made of one block per
/// task; the others (estimates, size, sources) are products of a few columns. ln|K| = ln|B| + ln|M| + Σ ln v and
/// K⁻¹ = B⁻¹ − B⁻¹U·M⁻¹·UᵀB⁻¹ with M = diag(1/v) + UᵀB⁻¹U (Woodbury).
/// </summary>
internal sealed class BlockOutcomeDensity : IOutcomeDensity
{
    private readonly Block[] _blocks;
    private readonly int _estimates, _columns;

    /// <summary>Sorts the cells into blocks.</summary>
    public BlockOutcomeDensity(OutcomeCell[] cells, double[] y, int tasks)
    {
        (_estimates, _columns) = (cells[0].Estimates.Length, Columns(cells, tasks));
        _blocks = [.. Enumerable.Range(0, cells.Length).GroupBy(c => cells[c].Task).OrderBy(g => g.Key)
            .Select(g => new Block([.. g.Select(c => cells[c])], [.. g.Select(c => y[c])], tasks, _columns))];
    }

    /// <summary>Columns of U.</summary>
    public static int Columns(OutcomeCell[] cells, int tasks) => cells[0].Estimates.Length + 1 + tasks;

    /// <inheritdoc/>
    public double Log(double[] variances)
    {
        // A column without variance is left out, or 1/v would be infinite.
        double[] all = [.. variances[..(_estimates + 1)],
            .. Enumerable.Repeat(variances[_estimates + 2], _columns - _estimates - 1)];
        int[] used = [.. Enumerable.Range(0, _columns).Where(c => all[c] > 0)];
        int r = used.Length;
        double[] m = new double[r * r], right = new double[r];
        double log = 0;
        for (int c = 0; c < r; c++)
        {
            m[c * r + c] = 1 / all[used[c]];
            log -= 0.5 * Math.Log(all[used[c]]);
        }
        foreach (Block block in _blocks)
        {
            double part = block.Add(variances, _estimates, used, m, right);
            if (double.IsNegativeInfinity(part))
                return part;
            log += part;
        }
        if (!Cholesky.TryFactor<double>(m, r, out _))
            return double.NegativeInfinity;
        Cholesky.SolveLower<double>(m, r, right);
        log += 0.5 * TensorPrimitives.SumOfSquares<double>(right);
        for (int c = 0; c < r; c++)
            log -= Math.Log(m[c * r + c]);
        return log;
    }

    /// <summary>The outcomes of one task.</summary>
    private sealed class Block
    {
        private readonly double[] _y;
        private readonly double[][] _parts, _columns;

        public Block(OutcomeCell[] cells, double[] y, int tasks, int columns)
        {
            int n = cells.Length, q = cells[0].Estimates.Length, count = OutcomeVariances.Parts(q);
            _y = y;
            _parts = [.. Enumerable.Range(0, count).Select(_ => new double[n * n])];
            _columns = [.. Enumerable.Range(0, columns).Select(_ => new double[n])];
            double[] products = new double[count], company = new double[tasks];
            for (int a = 0; a < n; a++)
            {
                for (int c = 0; c < q; c++)
                    _columns[c][a] = cells[a].Estimates[c];
                _columns[q][a] = cells[a].Size;
                cells[a].Centred(company);
                for (int j = 0; j < tasks; j++)
                    _columns[q + 1 + j][a] = company[j];
                for (int b = 0; b <= a; b++)
                {
                    OutcomeVariances.Products(cells[a], cells[b], tasks, products);
                    for (int p = 0; p < count; p++)
                        _parts[p][a * n + b] = products[p];
                    _parts[count - 2][a * n + b] = a == b ? 1 : 0;
                }
            }
        }

        // Adds UᵀB⁻¹U and UᵀB⁻¹y; returns −½ yᵀB⁻¹y − ½ ln|B|.
        public double Add(double[] variances, int estimates, int[] used, double[] m, double[] right)
        {
            int n = _y.Length, r = used.Length;
            var b = new double[n * n];
            TensorPrimitives.Multiply(_parts[^1], OutcomeVariances.Level, b);
            for (int p = estimates + 1; p < variances.Length; p++)
                if (p != estimates + 2 && variances[p] > 0)
                    TensorPrimitives.MultiplyAdd(_parts[p], variances[p], b, b);
            if (!Cholesky.TryFactor<double>(b, n, out _))
                return double.NegativeInfinity;
            double[] z = [.. _y];
            Cholesky.SolveLower<double>(b, n, z);
            var whitened = new double[r][];
            for (int c = 0; c < r; c++)
            {
                whitened[c] = [.. _columns[used[c]]];
                Cholesky.SolveLower<double>(b, n, whitened[c]);
                right[c] += TensorPrimitives.Dot<double>(whitened[c], z);
                for (int d = 0; d <= c; d++)
                    m[c * r + d] += TensorPrimitives.Dot<double>(whitened[c], whitened[d]);
            }
            double log = -0.5 * TensorPrimitives.SumOfSquares<double>(z);
            for (int a = 0; a < n; a++)
                log -= Math.Log(b[a * n + a]);
            return log;
        }
    }
}
