using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Finds a step along a descent direction that meets the strong Wolfe conditions (Nocedal and Wright 2006, Algorithms
/// 3.5 and 3.6), with cubic interpolation inside the bracket. Where values differ by rounding only, slopes decide (the
/// approximate Wolfe conditions of Hager and Zhang 2005).
/// </summary>
/// <param name="f">The function.</param>
/// <param name="size">Length of x.</param>
internal sealed class WolfeSearch(SmoothFunction f, int size)
{
    private const double Decrease = 1e-4;
    private const double Curvature = 0.9;
    private const double Rounding = 1e-13;
    private const int MostTrials = 40;

    private readonly double[] _point = new double[size], _gradient = new double[size];

    /// <summary>Where the last search ended.</summary>
    public ReadOnlySpan<double> Point => _point;

    /// <summary>∇f there.</summary>
    public double[] Gradient => _gradient;

    /// <summary>f at the step found; null where no step lowers f, as at the level of rounding.</summary>
    /// <param name="x">Start.</param>
    /// <param name="value">f(x).</param>
    /// <param name="gradient">∇f(x).</param>
    /// <param name="direction">Where to.</param>
    /// <param name="first">First step tried, in units of <paramref name="direction"/>.</param>
    public double? Run(ReadOnlySpan<double> x, double value, ReadOnlySpan<double> gradient,
        ReadOnlySpan<double> direction, double first)
    {
        var start = new Trial(0, value, TensorPrimitives.Dot(gradient, direction));
        if (!(start.Slope < 0))
            return null;
        Trial low = start, high = default;
        bool bracketed = false;
        double step = first;
        for (int trial = 0; trial < MostTrials; trial++)
        {
            Trial at = Evaluate(x, direction, step);
            bool level = Level(at.Value, value);
            bool enough = at.Value <= value + Decrease * step * start.Slope
                || level && at.Slope <= (2 * Decrease - 1) * start.Slope;
            if (!enough || !level && at.Value >= low.Value && low.Step > 0)
                (high, bracketed) = (at, true);
            else if (Math.Abs(at.Slope) <= -Curvature * start.Slope)
                return at.Value;
            else
            {
                if (bracketed ? at.Slope * (high.Step - low.Step) >= 0 : at.Slope >= 0)
                    (high, bracketed) = (low, true);
                low = at;
            }
            step = bracketed ? Inside(low, high) : 2 * step;
        }
        return low.Step > 0 && low.Value < value ? Evaluate(x, direction, low.Step).Value : null;
    }

    private Trial Evaluate(ReadOnlySpan<double> x, ReadOnlySpan<double> direction, double step)
    {
        TensorPrimitives.MultiplyAdd(direction, step, x, _point);
        double value = f(_point, _gradient);
        return new Trial(step, double.IsNaN(value) ? double.PositiveInfinity : value,
            TensorPrimitives.Dot<double>(_gradient, direction));
    }

    // The minimum of the cubic through both ends (of the parabola through their slopes where their values are level),
    // kept a tenth of the bracket away from them.
    private static double Inside(Trial a, Trial b)
    {
        double width = b.Step - a.Step, middle = a.Step + 0.5 * width;
        double d = a.Slope + b.Slope - 3 * (b.Value - a.Value) / width;
        double square = Level(a.Value, b.Value) ? double.NaN : d * d - a.Slope * b.Slope;
        double root = Math.CopySign(Math.Sqrt(square), width);
        double cubic = double.IsNaN(square) ? a.Step - width * a.Slope / (b.Slope - a.Slope)
            : b.Step - width * (b.Slope + root - d) / (b.Slope - a.Slope + 2 * root);
        double edge = 0.1 * Math.Abs(width);
        double from = Math.Min(a.Step, b.Step) + edge, to = Math.Max(a.Step, b.Step) - edge;
        return double.IsFinite(cubic) ? Math.Clamp(cubic, from, to) : middle;
    }

    private static bool Level(double a, double b) => Math.Abs(a - b) <= Rounding * Math.Abs(b);

    private readonly record struct Trial(double Step, double Value, double Slope);
}
