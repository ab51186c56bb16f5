namespace MLNet.MultiTask;

/// <summary>
/// How far a binary task's probabilities hold what they promise: cells in bins of equal width of their probability,
/// and in each the mean probability beside the share of positives.
/// </summary>
public sealed class ReliabilityCurve
{
    private ReliabilityCurve(IReadOnlyList<ReliabilityBin> bins) => Bins = bins;

    /// <summary>The bins that hold cells, in order of their probabilities.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    /// <summary>
    /// Expected calibration error: mean over the cells of |mean probability − share of positives| of their bin.
    /// </summary>
    public double ExpectedCalibrationError => Bins.Sum(b => b.Weight
        * Math.Abs(b.MeanProbability - b.PositiveShare)) / Bins.Sum(b => b.Weight);

    /// <summary>Greatest |mean probability − share of positives| of a bin.</summary>
    public double MaximumCalibrationError => Bins.Max(b => Math.Abs(b.MeanProbability - b.PositiveShare));

    internal static ReliabilityCurve Of(double[] probabilities, bool[] isPositive, double[] weights, int bins)
    {
        double[] weight = new double[bins], sum = new double[bins], positive = new double[bins];
        for (int i = 0; i < probabilities.Length; i++)
        {
            int bin = Math.Clamp((int)(probabilities[i] * bins), 0, bins - 1);
            weight[bin] += weights[i];
            sum[bin] += weights[i] * probabilities[i];
            positive[bin] += isPositive[i] ? weights[i] : 0;
        }
        return new ReliabilityCurve([.. Enumerable.Range(0, bins).Where(b => weight[b] > 0)
            .Select(b => new ReliabilityBin(sum[b] / weight[b], positive[b] / weight[b], weight[b]))]);
    }
}

/// <summary>A bin of a <see cref="ReliabilityCurve"/>.</summary>
/// <param name="MeanProbability">Mean predicted probability of true, in [0, 1].</param>
/// <param name="PositiveShare">Share of cells that are true, in [0, 1].</param>
/// <param name="Weight">Weight of the cells.</param>
public sealed record ReliabilityBin(double MeanProbability, double PositiveShare, double Weight);
