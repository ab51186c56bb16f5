using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Newton's method for strictly convex functions: steps −H⁻¹∇f by Cholesky factorisation, halved until f decreases
/// enough (Boyd and Vandenberghe 2004, Algorithm 9.5).
/// </summary>
/// <param name="size">Length of x.</param>
internal sealed class DampedNewton(int size)
{
    private const double Decrease = 1e-4;
    private const int MostHalvings = 40;

    private readonly double[] _hessian = new double[size * size], _gradient = new double[size];
    private readonly double[] _step = new double[size], _trial = new double[size], _trialGradient = new double[size];

    /// <summary>Minimises from <paramref name="x"/>, which ends at the minimum.</summary>
    /// <param name="f">The function.</param>
    /// <param name="hessian">
    /// Writes the size×size second derivatives at x, row-major; only the lower triangle is read.
    /// </param>
    /// <param name="x">Start, overwritten.</param>
    /// <param name="tolerance">Stops at ‖∇f‖ ≤ tolerance.</param>
    /// <param name="maxIterations">Most steps.</param>
    /// <param name="cancellationToken">Looked at every step.</param>
    /// <exception cref="InvalidOperationException">The second derivatives are not positive definite.</exception>
    public Minimum Minimize(SmoothFunction f, HessianFunction hessian, Span<double> x, double tolerance,
        int maxIterations, CancellationToken cancellationToken)
    {
        double value = f(x, _gradient);
        int iteration = 0;
        for (; iteration < maxIterations && !(TensorPrimitives.Norm<double>(_gradient) <= tolerance); iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hessian(x, _hessian);
            if (!Cholesky.TryFactor<double>(_hessian, size, out int pivot))
                throw new InvalidOperationException(
                    $"The curvature is not positive definite (pivot {pivot} of {size}); a larger λ is needed");
            TensorPrimitives.Negate<double>(_gradient, _step);
            Cholesky.Solve<double>(_hessian, size, _step);
            if (Search(f, x, value) is not { } found)
                break;
            _trial.CopyTo(x);
            _trialGradient.CopyTo(_gradient, 0);
            value = found;
        }
        double norm = TensorPrimitives.Norm<double>(_gradient);
        return new Minimum(value, norm, iteration, norm <= tolerance);
    }

    // Near the minimum values differ by rounding only; there a step is taken where it makes the gradient smaller.
    private double? Search(SmoothFunction f, ReadOnlySpan<double> x, double value)
    {
        double slope = TensorPrimitives.Dot<double>(_gradient, _step), rounding = 1e-13 * Math.Abs(value);
        double length = 1;
        for (int halving = 0; halving < MostHalvings; halving++, length /= 2)
        {
            TensorPrimitives.MultiplyAdd(_step, length, x, _trial);
            double at = f(_trial, _trialGradient);
            if (at <= value + Decrease * length * slope && at < value)
                return at;
            if (Math.Abs(at - value) <= rounding
                && TensorPrimitives.Norm<double>(_trialGradient) < TensorPrimitives.Norm<double>(_gradient))
                return at;
        }
        return null;
    }
}

/// <summary>Writes the second derivatives at x, row-major.</summary>
internal delegate void HessianFunction(ReadOnlySpan<double> x, Span<double> hessian);
