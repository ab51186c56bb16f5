using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class SubsetValuesTests
{
    private static readonly int[][] s_subsets = [[0, 1], [0, 2], [1, 2]];

    [TestMethod]
    public void Centred_TasksOfUnlikeLevels_OnlyTheirChangesRemain()
    {
        double[] centred = SubsetValues.Centred(3, s_subsets, [[1, 10], [3, 100], [20, 140]]);
        CollectionAssert.AreEqual(new double[] { -1, -5, 1, -20, 5, 20 }, centred);
    }

    [TestMethod]
    public void Spearman_MonotoneWithTies_EqualsThePearsonCorrelationOfAverageRanks()
    {
        double[] x = [1, 2, 2, 9], y = [-1, 0, 5, 100];
        double expected = MathNet.Numerics.Statistics.Correlation.Pearson([1, 2.5, 2.5, 4], [1.0, 2, 3, 4]);
        Assert.AreEqual(expected, SubsetValues.Spearman(x, y), 1e-12);
        Assert.AreEqual(MathNet.Numerics.Statistics.Correlation.Pearson(x, y), SubsetValues.Pearson(x, y), 1e-12);
    }

    [TestMethod]
    public void RelativeError_IsTheSumOfErrorsOverTheSumOfValues() =>
        Assert.AreEqual(4.0 / 12, SubsetValues.RelativeError([[1, 5], [4, 4]], [[2, 4], [3, 3]]), 1e-12);

    [TestMethod]
    public void NoiseFloor_NoisyRuns_IsTheErrorOfTheirExpectation()
    {
        var random = new RandomStream(4, "floor");
        double[][] truth = [.. Enumerable.Range(0, 400).Select(s => new[] { 1.0 + s % 7, 2 })];
        double[][][] runs = [.. Enumerable.Range(0, 5).Select(_ =>
            truth.Select(row => row.Select(v => v + 0.3 * random.NextNormal()).ToArray()).ToArray())];
        double[][] mean = SubsetValues.Mean(runs);
        // The deviation of five normal numbers falls short of σ by 6 % in the mean.
        Assert.AreEqual(0.94 * SubsetValues.RelativeError(truth, mean), SubsetValues.NoiseFloor(runs, mean), 2e-3);
        Assert.AreEqual(double.NaN, SubsetValues.NoiseFloor(runs[..1], runs[0]));
    }

    [TestMethod]
    public void NoiseCeiling_NoisyRuns_IsTheCorrelationOfTheirMeanWithTheTruth()
    {
        const int tasks = 10;
        int[][] subsets = AffinitySubsets.HoldOut(tasks, 200, 1);
        var random = new RandomStream(3, "noise");
        double[][] truth = [.. subsets.Select(s => s.Select(_ => random.NextNormal()).ToArray())];
        double[][][] runs = [.. Enumerable.Range(0, 4)
            .Select(_ => truth.Select(row => row.Select(v => v + 1.5 * random.NextNormal()).ToArray()).ToArray())];
        double reached = SubsetValues.Pearson(SubsetValues.Centred(tasks, subsets, truth),
            SubsetValues.Centred(tasks, subsets, SubsetValues.Mean(runs)));
        Assert.AreEqual(reached, SubsetValues.NoiseCeiling(tasks, subsets, runs), 0.05);
    }
}
