using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Losses of raw outputs after each classification task's outputs are multiplied by the number 1/T that makes its loss
/// least (Guo, Pleiss, Sun, Weinberger 2017): an epoch is judged by what it can tell, not by how sure it is (Berta,
/// Holzmüller, Jordan, Bach 2025). ln T has the prior N(0, 1), so that few rows do not decide it.
/// </summary>
internal sealed class TemperatureScaling(TrainingProblem problem, NetworkShape heads, bool scales)
{
    private const int MaxSteps = 12;
    private const double MaxStep = 0.7, Limit = 3, Tolerance = 1e-3;

    /// <param name="rows">Rows of the table.</param>
    /// <param name="outputs">rows×outputs, raw.</param>
    /// <param name="factors">Per task 1/T; 1 for regression. Overwritten.</param>
    /// <returns>Mean loss per task; NaN without an observed cell, infinite or NaN where outputs are.</returns>
    public double[] Evaluate(int[] rows, float[] outputs, float[] factors)
    {
        var losses = new double[heads.Tasks.Count];
        for (int t = 0; t < losses.Length; t++)
        {
            double log = 0;
            Sums at = Measure(rows, outputs, t, 1);
            for (int step = 0; step < MaxSteps && scales && heads.Tasks[t].Kind != TaskKind.Regression
                && at.Weight > 0; step++)
            {
                // Newton's step of Σ w·ℓ + ln²T/2 by −ln T, with the part of the curvature that is never negative.
                double factor = Math.Exp(log), move = -(factor * at.Slope + log) / (factor * factor * at.Bend + 1);
                log = Math.Clamp(log + Math.Clamp(move, -MaxStep, MaxStep), -Limit, Limit);
                at = Measure(rows, outputs, t, Math.Exp(log));
                if (!(Math.Abs(move) > Tolerance))
                    break;
            }
            factors[t] = (float)Math.Exp(log);
            losses[t] = at.Weight > 0 ? at.Loss / at.Weight : double.NaN;
        }
        return losses;
    }

    private Sums Measure(int[] rows, float[] outputs, int task, double factor)
    {
        int column = problem.TaskIndices[task], first = heads.OutputOffset(task), count = heads.Tasks[task].OutputCount;
        var sums = default(Sums);
        for (int r = 0; r < rows.Length; r++)
        {
            double weight = problem.Table.Weight(rows[r], column);
            if (weight == 0)
                continue;
            float label = problem.Table.Label(rows[r], column);
            ReadOnlySpan<float> z = outputs.AsSpan(r * heads.OutputCount + first, count);
            Sums cell = heads.Tasks[task].Kind switch
            {
                TaskKind.Binary => Binary(z[0], label, factor),
                TaskKind.Multiclass => Multiclass(z, (int)label, factor),
                _ => new(0, Square(z[0] - (label - (double)problem.Means[task]) / problem.Scales[task]), 0, 0),
            };
            sums = new(sums.Weight + weight, sums.Loss + weight * cell.Loss, sums.Slope + weight * cell.Slope,
                sums.Bend + weight * cell.Bend);
        }
        return sums;
    }

    private static Sums Binary(double z, float label, double factor)
    {
        double own = factor * z, e = Math.Exp(-Math.Abs(own)), p = own >= 0 ? 1 / (1 + e) : e / (1 + e);
        return new(0, Math.Max(own, 0) - label * own + Math.Log(1 + e), z * (p - label), z * z * p * (1 - p));
    }

    private static Sums Multiclass(ReadOnlySpan<float> z, int label, double factor)
    {
        double max = double.NegativeInfinity, total = 0, mean = 0, squares = 0;
        foreach (float v in z)
            max = Math.Max(max, factor * v);
        foreach (float v in z)
        {
            double e = Math.Exp(factor * v - max);
            (total, mean, squares) = (total + e, mean + e * v, squares + e * v * v);
        }
        (mean, squares) = (mean / total, squares / total);
        return new(0, max + Math.Log(total) - factor * z[label], mean - z[label], Math.Max(0, squares - mean * mean));
    }

    private static double Square(double x) => x * x;

    private readonly record struct Sums(double Weight, double Loss, double Slope, double Bend);
}
