namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public sealed class ConstantPredictorTests
{
    private static readonly TaskInfo[] Tasks =
    [
        new("buys", TaskKind.Binary), new("spends", TaskKind.Regression), new("grade", TaskKind.Multiclass, ["a", "b"]),
    ];

    [TestMethod]
    public void Learn_WeightedRowsWithMissingLabels_TakesWeightedMeans()
    {
        float[] labels = [1, 2, 0, 0, 6, 1, float.NaN, 100, 1];
        float[] weights = [3, 1, 1, 1, 1, 1, 5, 0, 2];
        var table = new TaskTable([0, 0, 0], 1, Tasks, labels, weights);

        ConstantPredictor constant = ConstantPredictor.Learn(table, [0, 1, 2]);

        CollectionAssert.AreEqual(new[] { 0.75f, 4, 0.25f, 0.75f, 0.75f, 4, 0.25f, 0.75f }, constant.Score(2));
    }

    [TestMethod]
    public void Learn_SomeRows_IgnoresTheOthers()
    {
        var table = new TaskTable([0, 0], 1, [Tasks[1]], [5, 50]);
        Assert.AreEqual(50, ConstantPredictor.Learn(table, [1]).Outputs(0)[0]);
    }

    [TestMethod]
    public void Score_ItsOwnTrainingRows_IsAnAucOfOneHalfAndARelativeErrorOfOne()
    {
        float[] labels = [1, 2, 0, 0, 6, 1, 1, 7, 1];
        ConstantPredictor constant = ConstantPredictor.Learn(Tasks, labels);

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate(Tasks, constant.Score(3), labels, reference: constant);

        Assert.AreEqual(0.5, metrics.Tasks[0].AreaUnderRocCurve);
        Assert.AreEqual(1, metrics.Tasks[1].RelativeRmse, 1e-12);
        Assert.AreEqual(0.5, metrics.Tasks[2].AucRest);
    }
}
