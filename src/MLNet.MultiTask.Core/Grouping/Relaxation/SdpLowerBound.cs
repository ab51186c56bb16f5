using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Values of feasible points of the relaxation, made from the iterates by mixing with the strictly feasible point X0 =
/// uuᵀ/T + (tr − 1)/(n − 1)·P of the same trace. Only for the plain set: with entries fixed to 0 or size limits X0 is
/// outside.
/// </summary>
internal sealed class SdpLowerBound(SdpRelaxation sdp)
{
    private const int ScalingSteps = 30;
    private readonly int _n = sdp.U.Length;
    private readonly double _total = sdp.U.Sum(u => u * u);
    private readonly double[] _point = new double[sdp.A.Length], _full = new double[sdp.U.Length * sdp.U.Length];
    private readonly double[] _sums = new double[sdp.U.Length], _scale = new double[sdp.U.Length];
    private readonly SymmetricEigen _eigen = new(sdp.U.Length);

    /// <summary>The better of the two values; −∞ where neither applies.</summary>
    public double Best() => sdp.Entries.IsPlain && _n > 1 ? Math.Max(FromSpectral(), FromNonNegative())
        : double.NegativeInfinity;

    /// <summary>X of the spectral set, moved towards X0 until no entry is negative.</summary>
    private double FromSpectral()
    {
        double trace = Packed.Trace(sdp.X, _n), q = (trace - 1) / (_n - 1), t = 0;
        for (int i = 0; i < _n; i++)
            for (int j = 0; j <= i; j++)
            {
                double x = sdp.X[Packed.RowStart(i) + j];
                double inner = sdp.U[i] * sdp.U[j] * (1 - q) / _total + (i == j ? q : 0);
                if (x < 0)
                    t = Math.Max(t, x / (x - inner));
            }
        return Mixed(sdp.X, t, trace);
    }

    /// <summary>The non-negative copy scaled to rows summing to u, moved towards X0 until it is semidefinite.</summary>
    private double FromNonNegative()
    {
        if (!ScaleRows())
            return double.NegativeInfinity;
        double trace = RepairTrace(), q = (trace - 1) / (_n - 1);
        Packed.Unpack(_point, _n, _full);
        _eigen.Values(_full, _sums);
        double e = Math.Max(0, -_sums[0]);
        return Mixed(_point, e == 0 ? 0 : e / (e + q), trace);
    }

    private double Mixed(double[] point, double t, double trace)
    {
        if (t >= 1)
            return double.NegativeInfinity;
        double q = (trace - 1) / (_n - 1);
        Packed.Multiply(sdp.A, sdp.U, _sums);
        double along = TensorPrimitives.Dot<double>(_sums, sdp.U) / _total;
        double inner = (1 - q) * along + q * Packed.Trace(sdp.A, _n);
        return (1 - t) * Packed.Inner(sdp.A, point, _n) + t * inner - sdp.Rule.Cost * trace;
    }

    /// <summary>D·Z·D with rows summing to at most u, the rest put on the diagonal.</summary>
    private bool ScaleRows()
    {
        sdp.Z.CopyTo(_point, 0);
        for (int step = 0; step < ScalingSteps; step++)
        {
            Packed.Multiply(_point, sdp.U, _sums);
            for (int i = 0; i < _n; i++)
            {
                if (!(_sums[i] > 0))
                    return false;
                _scale[i] = Math.Sqrt(sdp.U[i] / _sums[i]);
            }
            for (int i = 0; i < _n; i++)
                for (int j = 0; j <= i; j++)
                    _point[Packed.RowStart(i) + j] *= _scale[i] * _scale[j];
        }
        Packed.Multiply(_point, sdp.U, _sums);
        double excess = 1;
        for (int i = 0; i < _n; i++)
            excess = Math.Max(excess, _sums[i] / sdp.U[i]);
        TensorPrimitives.Divide(_point, excess, _point);
        for (int i = 0; i < _n; i++)
            _point[Packed.RowStart(i) + i] += 1 - _sums[i] / excess / sdp.U[i];
        return true;
    }

    /// <summary>
    /// Mixes with the identity or u·uᵀ/T until the number of groups is admissible; returns the trace.
    /// </summary>
    private double RepairTrace()
    {
        double trace = Packed.Trace(_point, _n);
        double target = Math.Clamp(trace, sdp.Rule.MinGroups, Math.Max(sdp.Rule.MinGroups,
            Math.Min(sdp.Rule.MaxGroups, _n)));
        if (trace == target)
            return trace;
        bool more = trace < target;
        double s = more ? (target - trace) / (_n - trace) : (trace - target) / (trace - 1);
        for (int i = 0; i < _n; i++)
            for (int j = 0; j <= i; j++)
            {
                double other = more ? (i == j ? 1 : 0) : sdp.U[i] * sdp.U[j] / _total;
                ref double entry = ref _point[Packed.RowStart(i) + j];
                entry += s * (other - entry);
            }
        return target;
    }
}
