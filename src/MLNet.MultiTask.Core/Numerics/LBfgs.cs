using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>A smooth function: its value at x, its gradient written to the second argument.</summary>
internal delegate double SmoothFunction(ReadOnlySpan<double> x, Span<double> gradient);

/// <summary>Where a minimisation ended.</summary>
/// <param name="Value">f there.</param>
/// <param name="GradientNorm">‖∇f‖ there.</param>
/// <param name="Iterations">Steps taken.</param>
/// <param name="Converged">
/// Whether the gradient is within the tolerance; otherwise no lower value was found, or the limit was reached.
/// </param>
internal readonly record struct Minimum(double Value, double GradientNorm, int Iterations, bool Converged);

/// <summary>
/// Limited-memory BFGS: two-loop recursion (Nocedal and Wright 2006, Algorithm 7.4) with the line search of
/// <see cref="WolfeSearch"/>, whose curvature condition keeps the implied matrix positive definite.
/// </summary>
/// <param name="size">Length of x.</param>
/// <param name="memory">Steps remembered.</param>
internal sealed class LBfgs(int size, int memory = 12)
{
    private readonly double[][] _steps = Rows(memory, size), _changes = Rows(memory, size);
    private readonly double[] _curvatures = new double[memory], _alpha = new double[memory];
    private int _count, _last;

    /// <summary>Minimises from <paramref name="x"/>, which ends at the minimum.</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">Start, overwritten.</param>
    /// <param name="tolerance">Stops at ‖∇f‖ ≤ tolerance.</param>
    /// <param name="maxIterations">Most steps.</param>
    /// <param name="cancellationToken">Looked at every step.</param>
    public Minimum Minimize(SmoothFunction f, Span<double> x, double tolerance, int maxIterations,
        CancellationToken cancellationToken)
    {
        (_count, _last) = (0, -1);
        double[] gradient = new double[size], direction = new double[size];
        var search = new WolfeSearch(f, size);
        double value = f(x, gradient), norm = TensorPrimitives.Norm<double>(gradient);
        int iteration = 0;
        for (; iteration < maxIterations && !(norm <= tolerance); iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Direction(gradient, direction);
            // The first direction has no scale yet: a step of length 1.
            double start = _count == 0 ? Math.Min(1, 1 / norm) : 1;
            if (search.Run(x, value, gradient, direction, start) is not { } found)
                break;
            Remember(x, gradient, search);
            search.Point.CopyTo(x);
            search.Gradient.CopyTo(gradient, 0);
            (value, norm) = (found, TensorPrimitives.Norm<double>(gradient));
        }
        return new Minimum(value, norm, iteration, norm <= tolerance);
    }

    // direction = −H·gradient.
    private void Direction(double[] gradient, double[] direction)
    {
        TensorPrimitives.Negate<double>(gradient, direction);
        for (int k = 0; k < _count; k++)
        {
            int i = (_last - k + memory) % memory;
            _alpha[i] = TensorPrimitives.Dot<double>(_steps[i], direction) / _curvatures[i];
            TensorPrimitives.MultiplyAdd(_changes[i], -_alpha[i], direction, direction);
        }
        if (_count > 0)
            TensorPrimitives.Multiply(direction,
                _curvatures[_last] / TensorPrimitives.SumOfSquares<double>(_changes[_last]), direction);
        for (int k = _count - 1; k >= 0; k--)
        {
            int i = (_last - k + memory) % memory;
            double beta = TensorPrimitives.Dot<double>(_changes[i], direction) / _curvatures[i];
            TensorPrimitives.MultiplyAdd(_steps[i], _alpha[i] - beta, direction, direction);
        }
    }

    private void Remember(ReadOnlySpan<double> x, double[] gradient, WolfeSearch search)
    {
        int next = (_last + 1) % memory;
        TensorPrimitives.Subtract(search.Point, x, _steps[next]);
        TensorPrimitives.Subtract<double>(search.Gradient, gradient, _changes[next]);
        double curvature = TensorPrimitives.Dot<double>(_steps[next], _changes[next]);
        if (!(curvature > 0))
            return;
        _curvatures[next] = curvature;
        (_last, _count) = (next, Math.Min(memory, _count + 1));
    }

    private static double[][] Rows(int count, int length) =>
        [.. Enumerable.Range(0, count).Select(_ => new double[length])];
}
