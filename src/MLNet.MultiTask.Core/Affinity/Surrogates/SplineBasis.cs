namespace MLNet.MultiTask.Affinity;

/// <summary>
/// B-splines of one variable (de Boor, 1972) on a clamped row of knots, inner ones at quantiles; beyond the ends the
/// value at the end counts.
/// </summary>
internal sealed class SplineBasis
{
    private readonly double[] _knots;
    private readonly int _degree;

    private SplineBasis(double[] knots, int degree) => (_knots, _degree) = (knots, degree);

    /// <summary>Number of basis functions.</summary>
    public int Count => _knots.Length - _degree - 1;

    /// <summary>A basis for some values.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="degree">Degree of the pieces, at least 1.</param>
    /// <param name="innerKnots">Knots between the least and the greatest value; fewer where values coincide.</param>
    public static SplineBasis Of(double[] values, int degree, int innerKnots)
    {
        double[] sorted = [.. values.Order()];
        (double least, double greatest) = (sorted[0], sorted[^1] > sorted[0] ? sorted[^1] : sorted[0] + 1);
        IEnumerable<double> inner = Enumerable.Range(1, innerKnots)
            .Select(k => sorted[k * (sorted.Length - 1) / (innerKnots + 1)])
            .Where(knot => knot > least && knot < greatest).Distinct();
        return new SplineBasis([.. Enumerable.Repeat(least, degree + 1), .. inner,
            .. Enumerable.Repeat(greatest, degree + 1)], degree);
    }

    /// <summary>All basis functions at a value; they sum to 1.</summary>
    public double[] At(double value)
    {
        double x = Math.Clamp(value, _knots[0], _knots[^1]);
        // The last piece is closed at its end.
        int piece = Math.Min(Array.FindLastIndex(_knots, knot => knot <= x), _knots.Length - _degree - 2);
        var b = new double[_knots.Length - 1];
        b[piece] = 1;
        for (int d = 1; d <= _degree; d++)
            for (int k = 0; k + d < _knots.Length - 1; k++)
                b[k] = Part(x - _knots[k], _knots[k + d] - _knots[k]) * b[k]
                    + Part(_knots[k + d + 1] - x, _knots[k + d + 1] - _knots[k + 1]) * b[k + 1];
        return b[..Count];
    }

    private static double Part(double length, double whole) => whole > 0 ? length / whole : 0;
}
