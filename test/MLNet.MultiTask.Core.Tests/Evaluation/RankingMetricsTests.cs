using MLNet.MultiTask.Evaluation;

namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public sealed class RankingMetricsTests
{
    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(30, 3)]
    [DataRow(200, 7)]
    [DataRow(500, 1000)]
    public void Auc_RandomScoresWithTies_EqualsCountingEveryPair(int rows, int levels)
    {
        var random = new RandomStream(5, "auc", rows);
        bool[] positive = [.. Enumerable.Range(0, rows).Select(i => i == 0 || (i != 1 && random.NextInt32(3) == 0))];
        double[] score = [.. positive.Select(_ => random.NextInt32(levels) / 7.0)];
        double[] weight = [.. positive.Select(_ => 0.1 + random.NextDouble())];
        double right = 0, pairs = 0;
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < rows; j++)
                if (positive[i] && !positive[j])
                {
                    pairs += weight[i] * weight[j];
                    right += weight[i] * weight[j] * (score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0);
                }

        Assert.AreEqual(right / pairs, RankingMetrics.Auc(positive, score, weight), 1e-12);
    }

    [TestMethod]
    public void Auc_OneClass_IsUndefined()
    {
        Assert.IsTrue(double.IsNaN(RankingMetrics.Auc([true, true], [0.1, 0.9], [1, 1])));
        Assert.IsTrue(double.IsNaN(RankingMetrics.Auc([false], [0.1], [1])));
    }

    [TestMethod]
    public void AveragePrecision_HandExample_StepsDownTheThresholds()
    {
        // Thresholds 0.8, 0.4, 0.35: precision 1, 1/2, 2/3 at recall 1/2, 1/2, 1.
        double precision = RankingMetrics.AveragePrecision([false, false, true, true], [0.1, 0.4, 0.35, 0.8],
            [1, 1, 1, 1]);
        Assert.AreEqual(0.5 * 1 + 0.5 * (2.0 / 3), precision, 1e-15);
    }

    [TestMethod]
    public void AveragePrecision_AllScoresEqual_IsTheShareOfPositives()
    {
        Assert.AreEqual(0.25, RankingMetrics.AveragePrecision([true, false, false, false], [2, 2, 2, 2], [1, 1, 1, 1]),
            1e-15);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AveragePrecision_OneClassOnly_IsNotANumber(bool label) =>
        Assert.IsTrue(double.IsNaN(RankingMetrics.AveragePrecision([label, label, label], [1, 2, 3], [0.1, 0.2, 0.3])));
}
