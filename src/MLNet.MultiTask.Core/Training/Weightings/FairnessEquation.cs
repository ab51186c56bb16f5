using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Solves G·w = w^(−1/α), w &gt; 0: the stationarity of ½wᵀGw − Σ ψ(w) with ψ = log for α = 1 and
/// w^(1−1/α)/(1−1/α) otherwise, which is convex, by damped Newton steps that keep w positive.
/// </summary>
internal sealed class FairnessEquation(int capacity)
{
    private const int MostSteps = 60;
    private const double Tolerance = 1e-10;

    // Pareto-stationary gradients have no solution; the ridge bounds the weights there.
    private const double Ridge = 1e-10;

    private readonly double[] _hessian = new double[capacity * capacity];
    private readonly double[] _residual = new double[capacity], _step = new double[capacity];
    private readonly double[] _trial = new double[capacity];

    /// <summary>Writes w; the Gramian's mean diagonal should be 1.</summary>
    /// <returns>‖G·w − w^(−1/α)‖ / ‖w^(−1/α)‖.</returns>
    public double Solve(ReadOnlySpan<double> gramian, int n, double alpha, Span<double> w)
    {
        double exponent = -1 / alpha;
        for (int i = 0; i < n; i++)
            w[i] = Math.Pow(gramian[i * n + i] + Ridge, -1 / (1 - exponent));
        Span<double> residual = _residual.AsSpan(0, n), step = _step.AsSpan(0, n), trial = _trial.AsSpan(0, n);
        double value = Value(gramian, n, exponent, w, residual, out double error);
        for (int iteration = 0; iteration < MostSteps && error > Tolerance; iteration++)
        {
            gramian.CopyTo(_hessian);
            for (int i = 0; i < n; i++)
                _hessian[i * n + i] += Ridge - exponent * Math.Pow(w[i], exponent - 1);
            if (!Cholesky.TryFactor(_hessian.AsSpan(0, n * n), n, out _))
                break;
            TensorPrimitives.Negate(residual, step);
            Cholesky.Solve<double>(_hessian.AsSpan(0, n * n), n, step);
            double length = 1, slope = TensorPrimitives.Dot<double>(residual, step), before = error;
            for (int i = 0; i < n; i++)
                if (step[i] < 0)
                    length = Math.Min(length, -0.99 * w[i] / step[i]);
            for (int halving = 0; halving < 40; halving++, length /= 2)
            {
                TensorPrimitives.MultiplyAdd(step, length, w, trial);
                double at = Value(gramian, n, exponent, trial, residual, out error);
                if (at <= value + 1e-4 * length * slope || error < before / 2)
                {
                    value = at;
                    break;
                }
            }
            trial.CopyTo(w);
        }
        return error;
    }

    private static double Value(ReadOnlySpan<double> gramian, int n, double exponent, ReadOnlySpan<double> w,
        Span<double> residual, out double error)
    {
        double value = 0, wanted = 0;
        for (int i = 0; i < n; i++)
        {
            double product = TensorPrimitives.Dot(gramian.Slice(i * n, n), w) + Ridge * w[i];
            double power = Math.Pow(w[i], exponent);
            value += w[i] * product / 2 - (exponent == -1 ? Math.Log(w[i]) : w[i] * power / (1 + exponent));
            residual[i] = product - power;
            wanted += power * power;
        }
        error = TensorPrimitives.Norm<double>(residual) / Math.Sqrt(wanted);
        return value;
    }
}
