using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class EstimateCorrectorTests
{
    private const int Tasks = 8;
    private static readonly int[][] s_subsets = AffinitySubsets.Draw(Tasks, 3, 40, 1, 5),
        s_others = AffinitySubsets.Draw(Tasks, 4, 40, 1, 6);

    [TestMethod]
    public void Predict_EstimatesThatAreRight_AreFollowed()
    {
        double[][] truth = Losses(s_subsets, Pairs),
            estimates = [.. truth.Select(row => row.Select(v => 7 + 0.1 * v).ToArray())];
        EstimateCorrector corrector = EstimateCorrector.Fit(Tasks, s_subsets, Noisy(truth, 0.6), estimates);
        Assert.IsTrue(corrector.EstimateWeight > 0.5, $"weight {corrector.EstimateWeight}");
        double[][] other = Losses(s_others, Pairs);
        Assert.IsTrue(
            Agreement(corrector, other, [.. other.Select(row => row.Select(v => 7 + 0.1 * v).ToArray())]) > 0.9);
    }

    [TestMethod]
    public void Predict_EstimatesThatAreNoise_GiveWayToTheMeasurements()
    {
        double[][] truth = Losses(s_subsets, Pairs);
        EstimateCorrector corrector =
            EstimateCorrector.Fit(Tasks, s_subsets, Noisy(truth, 0.2), Random(s_subsets, "estimate"));
        Assert.IsTrue(Math.Abs(corrector.EstimateWeight) < 0.25, $"weight {corrector.EstimateWeight}");
        Assert.IsTrue(corrector.Components.Pair > 0);
        double agreement = Agreement(corrector, Losses(s_others, Pairs), Random(s_others, "others"));
        Assert.IsTrue(agreement > 0.8, $"correlation {agreement} with subsets not measured");
    }

    [TestMethod]
    public void Predict_MeasurementsThatNeverVary_KeepsTheEstimates()
    {
        double[][] constant = [.. s_subsets.Select(s => s.Select(_ => 3.0).ToArray())];
        double[][] estimates = Random(s_subsets, "estimate");
        EstimateCorrector corrector = EstimateCorrector.Fit(Tasks, s_subsets, [constant, constant], estimates);
        CollectionAssert.AreEqual(estimates[0], corrector.Predict(s_subsets[0], estimates[0]));
    }

    // Against Gaussian elimination on the covariance written out from its definition.
    [TestMethod]
    public void Fit_ComponentsFound_NoNeighbourIsLikelierAndTheSolutionSolves()
    {
        const int n = 12;
        var stream = new RandomStream(4, "test");
        double[] y = [.. Enumerable.Range(0, n).Select(_ => stream.NextNormal())],
            e = [.. y.Select(v => 0.5 * v + stream.NextNormal())];
        double[][] members =
            [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, 4).Select(_ => stream.NextNormal()).ToArray())];
        int[] target = [.. Enumerable.Range(0, n).Select(r => r % 4)];
        (VarianceComponents found, double[] solution) = VarianceComponents.Fit(y, e, members, target, 0.2);
        (double best, double[] expected) = Likelihood(found);
        for (int r = 0; r < n; r++)
            Assert.AreEqual(expected[r], solution[r], 1e-9);
        foreach (double d in new[] { 0.1, 0.3, 0.5, 0.7 })
            foreach (VarianceComponents other in new[] { found with { Estimate = d * d }, found with { Source = d * d },
                found with { Pair = d * d }, found with { Noise = d * d } })
                Assert.IsTrue(Likelihood(other).Value <= best + 1e-9, $"{other} is likelier than {found}");

        (double Value, double[] Solution) Likelihood(VarianceComponents c)
        {
            double[][] k =
                [.. Enumerable.Range(0, n).Select(a => Enumerable.Range(0, n).Select(b => c.Estimate * e[a] * e[b]
                    + (c.Source + (target[a] == target[b] ? c.Pair : 0))
                        * members[a].Zip(members[b], (u, v) => u * v).Sum()
                    + (a == b ? c.Noise + 0.2 : 0)).Append(y[a]).ToArray())];
            double logDeterminant = 0;
            for (int p = 0; p < n; p++)
            {
                logDeterminant += Math.Log(k[p][p]);
                for (int r = 0; r < n; r++)
                    if (r != p)
                    {
                        double factor = k[r][p] / k[p][p];
                        for (int q = p; q <= n; q++)
                            k[r][q] -= factor * k[p][q];
                    }
            }
            double[] x = [.. k.Select((row, r) => row[n] / row[r])];
            return (-0.5 * (logDeterminant + x.Zip(y, (u, v) => u * v).Sum()), x);
        }
    }

    // Independent pairs of correlation 0.6: the error is (1 − r²)/√n.
    [TestMethod]
    public void Correlation_IndependentSubsets_HasTheErrorOfTheTextbook()
    {
        const int n = 400;
        var stream = new RandomStream(9, "test");
        int[][] subsets = [.. Enumerable.Range(0, n).Select(_ => new[] { 0 })];
        double[][] x = [.. subsets.Select(_ => new[] { stream.NextNormal() })],
            y = [.. x.Select(v => new[] { 0.6 * v[0] + 0.8 * stream.NextNormal() })];
        (double value, double error) = StageProbes.Correlation(1, subsets, x, y);
        Assert.AreEqual(0.6, value, 0.1);
        Assert.AreEqual((1 - value * value) / Math.Sqrt(n), error, 0.006);
    }

    [TestMethod]
    public void Mean_RunThatEndedBeforeTheHorizon_KeepsItsLastLosses() =>
        CollectionAssert.AreEqual(new[] { 2.0, 5.5 }, LearningTruth.Mean([[5, 10], [1, 4], [1, 4]], 4));

    private static double Agreement(EstimateCorrector corrector, double[][] truth, double[][] estimates) =>
        SubsetValues.Pearson(
            SubsetValues.Centred(Tasks, s_others, truth),
            SubsetValues.Centred(Tasks, s_others, [.. s_others.Select((s, i) => corrector.Predict(s, estimates[i]))]));

    // Two groups of four: a partner takes 1 off, a stranger adds 1; the pairs differ a little.
    private static double Pairs(int i, int j) => (i / 4 == j / 4 ? -1 : 1) + 0.2 * Math.Sin(3 * i + 5 * j);

    private static double[][] Losses(int[][] subsets, Func<int, int, double> effect) =>
        [.. subsets.Select(s => s.Select(i => 10 + i + s.Where(j => j != i).Sum(j => effect(i, j))).ToArray())];

    private static double[][][] Noisy(double[][] truth, double noise) => [.. Enumerable.Range(0, 2).Select(run =>
    {
        var stream = new RandomStream(7, "noise", run);
        return truth.Select(row => row.Select(v => v + noise * stream.NextNormal()).ToArray()).ToArray();
    })];

    private static double[][] Random(int[][] subsets, string purpose)
    {
        var stream = new RandomStream(8, purpose);
        return [.. subsets.Select(s => s.Select(_ => stream.NextNormal()).ToArray())];
    }
}
