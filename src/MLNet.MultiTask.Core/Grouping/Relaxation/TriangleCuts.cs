using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Triangle inequalities Y_ij + Y_il − Y_ii − Y_jl ≤ 0 with Y = X/(u·uᵀ), valid for every partition: i shares a group
/// with j and l only if these two do. Each cut keeps a multiplier; the projection is dual coordinate ascent (Hildreth
/// 1957), warm-started.
/// </summary>
internal sealed class TriangleCuts(int n, double[] u)
{
    private const int Passes = 5;
    private const double Violation = 1e-6;

    private readonly List<Cut> _cuts = [];
    private readonly double[] _raw = new double[Packed.Length(n)], _before = new double[Packed.Length(n)];
    private readonly HashSet<(int, int, int)> _known = [];

    public int Count => _cuts.Count;

    /// <summary>Entries (i,j), (i,l), (i,i), (j,l) with their coefficients in the symmetric matrix B.</summary>
    private sealed class Cut
    {
        public required (int I, int J, int L) Triple { get; init; }
        public required int[] Entry { get; init; }
        public required double[] Coefficient { get; init; }
        public required double SquaredNorm { get; init; }
        public double Multiplier { get; set; }

        /// <summary>⟨B, Z⟩: an off-diagonal entry counts twice.</summary>
        public double Violation(double[] z) => 2 * (Coefficient[0] * z[Entry[0]] + Coefficient[1] * z[Entry[1]]
            + Coefficient[3] * z[Entry[3]]) + Coefficient[2] * z[Entry[2]];
    }

    /// <summary>Σ w_t·B_t at a diagonal entry.</summary>
    public double OnDiagonal(int i)
    {
        double sum = 0;
        foreach (Cut cut in _cuts)
            if (cut.Triple.I == i)
                sum += cut.Multiplier * cut.Coefficient[2];
        return sum;
    }

    public void Scale(double factor)
    {
        foreach (Cut cut in _cuts)
            cut.Multiplier *= factor;
    }

    /// <summary>
    /// Drops slack cuts and adds the most violated ones at <paramref name="x"/>; returns how many were added.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Separate(double[] x, int most)
    {
        _cuts.RemoveAll(c => c.Multiplier == 0 && c.Violation(x) < -Violation && _known.Remove(c.Triple));
        var found = new PriorityQueue<(int I, int J, int L), double>();
        double threshold = Violation;
        double[] y = Scaled(x);
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> yi = y.AsSpan(i * n, n);
            for (int j = 0; j < n; j++)
            {
                if (j == i)
                    continue;
                ReadOnlySpan<double> yj = y.AsSpan(j * n, j);
                double ij = yi[j] - yi[i] - threshold;
                for (int l = 0; l < yj.Length; l++)
                {
                    if (ij + yi[l] <= yj[l] || l == i || _known.Contains((i, j, l)))
                        continue;
                    found.Enqueue((i, j, l), yi[j] - yi[i] + yi[l] - yj[l]);
                    if (found.Count <= most)
                        continue;
                    found.Dequeue();
                    found.TryPeek(out _, out threshold);
                    ij = yi[j] - yi[i] - threshold;
                }
            }
        }
        int added = found.Count;
        foreach ((int i, int j, int l) in found.UnorderedItems.Select(f => f.Element).Order())
            Add(i, j, l);
        return added;
    }

    /// <summary>
    /// Passes over cuts and bounds towards the projection of V; Z − V = S − Σ w_t·B_t holds after any number of them.
    /// </summary>
    /// <param name="v">Point to project.</param>
    /// <param name="z">On return the feasible-to-tolerance point.</param>
    /// <param name="clamp">Projection on the bounds alone.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Project(double[] v, double[] z, Action<double[]> clamp)
    {
        v.CopyTo(_raw, 0);
        foreach (Cut cut in _cuts)
            Shift(_raw, cut, cut.Multiplier);
        _raw.CopyTo(z, 0);
        clamp(z);
        for (int pass = 0; pass < Passes; pass++)
        {
            z.CopyTo(_before, 0);
            foreach (Cut cut in _cuts)
            {
                double step = Math.Max(-cut.Multiplier, cut.Violation(z) / cut.SquaredNorm);
                if (step == 0)
                    continue;
                cut.Multiplier += step;
                Shift(z, cut, step);
            }
            // raw = V − Σ w·B: it moved by exactly what z moved in this pass.
            TensorPrimitives.Subtract(z, _before, _before);
            TensorPrimitives.Add(_raw, _before, _raw);
            _raw.CopyTo(z, 0);
            clamp(z);
        }
    }

    private static void Shift(double[] z, Cut cut, double step)
    {
        for (int e = 0; e < 4; e++)
            z[cut.Entry[e]] -= step * cut.Coefficient[e];
    }

    private double[] Scaled(double[] x)
    {
        var y = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
                y[i * n + j] = y[j * n + i] = x[Packed.RowStart(i) + j] / (u[i] * u[j]);
        return y;
    }

    private void Add(int i, int j, int l)
    {
        _known.Add((i, j, l));
        double[] coefficient = [0.5 / (u[i] * u[j]), 0.5 / (u[i] * u[l]), -1 / (u[i] * u[i]), -0.5 / (u[j] * u[l])];
        double norm = 2 * (coefficient[0] * coefficient[0] + coefficient[1] * coefficient[1]
            + coefficient[3] * coefficient[3])
            + coefficient[2] * coefficient[2];
        _cuts.Add(new Cut
        {
            Triple = (i, j, l),
            Entry = [Packed.Index(i, j), Packed.Index(i, l), Packed.Index(i, i), Packed.Index(j, l)],
            Coefficient = coefficient,
            SquaredNorm = norm,
        });
    }
}
