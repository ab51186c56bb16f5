using MLNet.MultiTask.Evaluation;

namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public sealed class CalibratorTests
{
    [TestMethod]
    [DataRow(1UL)]
    [DataRow(2UL)]
    [DataRow(3UL)]
    public void Isotonic_AnyCells_IsTheMinimumOverMaximaOfMeans(ulong seed)
    {
        BinaryCells cells = Cells(40, seed, ties: true);
        IsotonicCalibrator calibrator = IsotonicCalibrator.Fit(cells);
        float[] distinct = [.. cells.Margins.Distinct().Order()];
        for (int k = 0; k < distinct.Length; k++)
        {
            // Robertson, Wright, Dykstra 1988: the isotonic fit at k is max over i ≤ k of min over j ≥ k of the mean
            // of i…j.
            double expected = Enumerable.Range(0, k + 1).Max(i => Enumerable.Range(k, distinct.Length - k)
                .Min(j => Mean(cells, distinct[i], distinct[j])));
            Assert.AreEqual(expected, calibrator.Probability(distinct[k]), 1e-6);
        }
    }

    [TestMethod]
    public void Isotonic_BetweenAndOutsideItsPoints_IsLinearAndConstant()
    {
        var calibrator = new IsotonicCalibrator([-1, 1, 3], [0.1f, 0.5f, 0.9f]);

        Assert.AreEqual(0.1f, calibrator.Probability(-50));
        Assert.AreEqual(0.3f, calibrator.Probability(0), 1e-6f);
        Assert.AreEqual(0.8f, calibrator.Probability(2.5f), 1e-6f);
        Assert.AreEqual(0.9f, calibrator.Probability(50));
        Assert.IsTrue(float.IsNaN(calibrator.Probability(float.NaN)));
    }

    [TestMethod]
    [DataRow(4UL, 1f)]
    [DataRow(5UL, 1000f)]
    [DataRow(6UL, 1e-4f)]
    public void Platt_AnyCells_IsTheSmoothedMaximumOfLikelihood(ulong seed, float scale)
    {
        BinaryCells cells = Cells(200, seed, ties: false, scale);
        PlattCalibrator platt = PlattCalibrator.Fit(cells);
        double high = (cells.PositiveWeight + 1) / (cells.PositiveWeight + 2), low = 1 / (cells.NegativeWeight + 2);

        // The objective is convex: it is least where both derivatives vanish.
        double bySlope = 0, byOffset = 0;
        for (int i = 0; i < cells.Count; i++)
        {
            double p = 1 / (1 + Math.Exp(-(platt.Slope * cells.Margins[i] + platt.Offset)));
            double error = cells.Weights[i] * (p - (cells.IsPositive[i] ? high : low));
            (bySlope, byOffset) = (bySlope + error * cells.Margins[i] / scale, byOffset + error);
        }
        Assert.AreEqual(0, bySlope, 1e-6);
        Assert.AreEqual(0, byOffset, 1e-6);
    }

    [TestMethod]
    public void Platt_TwiceTheLogit_HalvesIt()
    {
        // Labels drawn from the logistic function of z, margins 2z: the slope must come out near 1/2.
        var random = new RandomStream(9, "platt");
        float[] z = [.. Enumerable.Range(0, 20_000).Select(_ => 2 * (float)random.NextNormal())];
        float[] labels = [.. z.Select(v => random.NextSingle() < 1 / (1 + MathF.Exp(-v)) ? 1f : 0f)];
        PlattCalibrator platt = PlattCalibrator.Fit(new BinaryCells([.. z.Select(v => 2 * v)], labels, []));

        Assert.AreEqual(0.5, platt.Slope, 0.02);
        Assert.AreEqual(0, platt.Offset, 0.05);
    }

    [TestMethod]
    [DataRow(ThresholdObjective.F1Score)]
    [DataRow(ThresholdObjective.Accuracy)]
    [DataRow(ThresholdObjective.BalancedAccuracy)]
    public void Tune_AnyCells_NoThresholdIsBetter(ThresholdObjective objective)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            BinaryCells cells = Cells(30, seed, ties: seed % 2 == 0);
            float[] p = [.. cells.Margins.Select(m => 1 / (1 + MathF.Exp(-m)))];
            double best = Enumerable.Range(0, 1000).Max(k => Value(cells, p, objective, k / 1000f));
            Assert.IsTrue(Value(cells, p, objective, ThresholdTuner.Tune(p, cells, objective)) >= best - 1e-12,
                $"seed {seed}");
        }
    }

    [TestMethod]
    public void ReliabilityCurve_TwoBins_SaysMeansSharesAndErrors()
    {
        ReliabilityCurve curve =
            ReliabilityCurve.Of([0.12, 0.18, 0.95, 1], [false, true, true, true], [1, 3, 1, 1], 10);

        Assert.HasCount(2, curve.Bins);
        Assert.AreEqual(new ReliabilityBin(0.165, 0.75, 4), curve.Bins[0] with
            { MeanProbability = Math.Round(curve.Bins[0].MeanProbability, 12) });
        Assert.AreEqual((4 * 0.585 + 2 * 0.025) / 6, curve.ExpectedCalibrationError, 1e-12);
        Assert.AreEqual(0.585, curve.MaximumCalibrationError, 1e-12);
    }

    private static double Value(BinaryCells cells, float[] p, ThresholdObjective objective, float threshold)
    {
        int[] flagged = [.. Enumerable.Range(0, cells.Count).Where(i => p[i] > threshold)];
        double tp = flagged.Where(i => cells.IsPositive[i]).Sum(i => cells.Weights[i]);
        double fp = flagged.Where(i => !cells.IsPositive[i]).Sum(i => cells.Weights[i]);
        double fn = cells.PositiveWeight - tp, tn = cells.NegativeWeight - fp;
        return objective switch
        {
            ThresholdObjective.F1Score => 2 * tp / (2 * tp + fp + fn),
            ThresholdObjective.Accuracy => (tp + tn) / (tp + tn + fp + fn),
            _ => (tp / (tp + fn) + tn / (tn + fp)) / 2,
        };
    }

    private static double Mean(BinaryCells cells, float from, float to)
    {
        int[] within = [.. Enumerable.Range(0, cells.Count)
            .Where(i => cells.Margins[i] >= from && cells.Margins[i] <= to)];
        return within.Where(i => cells.IsPositive[i]).Sum(i => cells.Weights[i]) / within.Sum(i => cells.Weights[i]);
    }

    private static BinaryCells Cells(int count, ulong seed, bool ties, float scale = 1)
    {
        var random = new RandomStream(seed, "cells");
        float[] z = [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
        if (ties)
            z = [.. z.Select(v => MathF.Round(v, 1))];
        return new BinaryCells([.. z.Select(v => v * scale)],
            [.. z.Select(v => random.NextSingle() < 1 / (1 + MathF.Exp(-v)) ? 1f : 0f)],
            [.. z.Select(_ => 0.1f + random.NextSingle())]);
    }
}
