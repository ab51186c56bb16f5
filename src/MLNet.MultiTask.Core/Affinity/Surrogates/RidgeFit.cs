using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>Ridge regression with a free intercept, with the penalty that predicts left-out rows best.</summary>
/// <param name="Intercept">At the mean of the rows.</param>
/// <param name="Means">Mean of every column.</param>
/// <param name="Weights">One per column.</param>
/// <param name="Penalty">Of the squared weights.</param>
internal sealed record RidgeFit(double Intercept, double[] Means, double[] Weights, double Penalty)
{
    /// <summary>Value at a row.</summary>
    public double At(ReadOnlySpan<double> x)
    {
        double value = Intercept;
        for (int c = 0; c < Weights.Length; c++)
            value += Weights[c] * (x[c] - Means[c]);
        return value;
    }

    /// <summary>
    /// Of some penalties the one with the least squared error of left-out rows; of equals the largest.
    /// </summary>
    /// <param name="x">n rows.</param>
    /// <param name="y">n values.</param>
    /// <param name="penalties">Positive, ascending.</param>
    public static RidgeFit Of(double[][] x, double[] y, IReadOnlyList<double> penalties) =>
        penalties.Select(penalty => Solve(x, y, penalty)).Reverse().MinBy(s => s.LeftOutError).Fit;

    /// <summary>The fit at one penalty, and the sum of squared errors of rows that are left out in turn.</summary>
    public static (RidgeFit Fit, double LeftOutError) Solve(double[][] x, double[] y, double penalty)
    {
        int n = x.Length, columns = x[0].Length;
        double[] means = new double[columns], gram = new double[columns * columns], weights = new double[columns];
        foreach (double[] row in x)
            TensorPrimitives.MultiplyAdd(row, 1.0 / n, means, means);
        double[][] centred = [.. x.Select(row => row.Zip(means, (v, mean) => v - mean).ToArray())];
        double level = y.Average();
        for (int r = 0; r < n; r++)
            for (int c = 0; c < columns; c++)
            {
                weights[c] += centred[r][c] * (y[r] - level);
                Span<double> line = gram.AsSpan(c * columns, columns);
                TensorPrimitives.MultiplyAdd(centred[r], centred[r][c], line, line);
            }
        for (int c = 0; c < columns; c++)
            gram[c * columns + c] += penalty;
        if (!Cholesky.TryFactor<double>(gram, columns, out _))
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "The penalty is too small for the rows");
        Cholesky.Solve<double>(gram, columns, weights);
        var fit = new RidgeFit(level, means, weights, penalty);
        double error = 0;
        for (int r = 0; r < n; r++)
        {
            double residual = y[r] - fit.At(x[r]);
            double[] row = [.. centred[r]];
            Cholesky.SolveLower<double>(gram, columns, row);
            double kept = 1 - 1.0 / n - TensorPrimitives.SumOfSquares<double>(row);
            error += kept > 1e-9 ? residual * residual / (kept * kept) : (y[r] - level) * (y[r] - level);
        }
        return (fit, error);
    }
}
