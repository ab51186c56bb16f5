using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Evaluation;

/// <summary>
/// Platt scaling: P(true) = 1 / (1 + exp(−(slope·margin + offset))), fitted by maximum likelihood to targets that are
/// smoothed by the numbers of positives and negatives (Platt 1999; Newton's method of Lin, Lin, Weng 2007).
/// </summary>
internal sealed record PlattCalibrator(double Slope, double Offset) : ICalibrator
{
    private const int MaxIterations = 100;
    private const double Tolerance = 1e-10, Ridge = 1e-12;

    public static PlattCalibrator Fit(BinaryCells cells)
    {
        double positives = cells.PositiveWeight, negatives = cells.NegativeWeight;
        double high = (positives + 1) / (positives + 2), low = 1 / (negatives + 2);
        // The scale of the margins must not matter.
        double scale = Math.Max(cells.Margins.Max(Math.Abs), 1e-300);
        double slope = 0, offset = Math.Log((positives + 1) / (negatives + 1));
        double value = Loss(slope, offset);
        for (int i = 0; i < MaxIterations; i++)
        {
            double g1 = 0, g2 = 0, h11 = Ridge, h22 = Ridge, h21 = 0;
            for (int c = 0; c < cells.Count; c++)
            {
                double z = cells.Margins[c] / scale, w = cells.Weights[c];
                double p = Probability(slope * z + offset), d = w * (p - Target(c)), h = w * p * (1 - p);
                (g1, g2) = (g1 + d * z, g2 + d);
                (h11, h22, h21) = (h11 + h * z * z, h22 + h, h21 + h * z);
            }
            if (Math.Abs(g1) < Tolerance && Math.Abs(g2) < Tolerance)
                break;
            double det = h11 * h22 - h21 * h21;
            double d1 = -(h22 * g1 - h21 * g2) / det, d2 = -(h11 * g2 - h21 * g1) / det;
            double step = 1, slopeOfLoss = g1 * d1 + g2 * d2;
            for (; step >= Tolerance; step /= 2)
            {
                double next = Loss(slope + step * d1, offset + step * d2);
                if (next >= value + 1e-4 * step * slopeOfLoss)
                    continue;
                (slope, offset, value) = (slope + step * d1, offset + step * d2, next);
                break;
            }
            if (step < Tolerance)
                break;
        }
        return new PlattCalibrator(slope / scale, offset);

        double Target(int c) => cells.IsPositive[c] ? high : low;

        double Loss(double a, double b)
        {
            double sum = 0;
            for (int c = 0; c < cells.Count; c++)
            {
                double z = a * cells.Margins[c] / scale + b;
                sum += cells.Weights[c] * (Math.Max(z, 0) - Target(c) * z + Math.Log(1 + Math.Exp(-Math.Abs(z))));
            }
            return sum;
        }
    }

    public float Probability(float margin) => OutputTransform.Sigmoid((float)(Slope * margin + Offset));

    private static double Probability(double z) => 1 / (1 + Math.Exp(-z));
}
