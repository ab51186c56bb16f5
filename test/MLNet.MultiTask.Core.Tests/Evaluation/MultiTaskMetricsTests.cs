namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public sealed class MultiTaskMetricsTests
{
    private const float Missing = float.NaN;

    private static readonly TaskInfo Binary = new("buys", TaskKind.Binary);
    private static readonly TaskInfo Number = new("spends", TaskKind.Regression);
    private static readonly TaskInfo Classes = new("grade", TaskKind.Multiclass, ["a", "b", "c"]);

    [TestMethod]
    public void Evaluate_MixedKinds_ReadsEachTasksOutputs()
    {
        float[] labels = [1, 10, 2, 0, 20, 0];
        float[] scores = [0.9f, 12, 0.1f, 0.2f, 0.7f, 0.4f, 16, 0.5f, 0.3f, 0.2f];

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate([Binary, Number, Classes], scores, labels);

        Assert.AreEqual(1, metrics.Tasks[0].AreaUnderRocCurve);
        Assert.AreEqual(-(Math.Log(0.9) + Math.Log(0.6)) / 2, metrics.Tasks[0].LogLoss, 1e-7);
        Assert.AreEqual(Math.Sqrt((4 + 16) / 2.0), metrics.Tasks[1].RootMeanSquaredError, 1e-12);
        Assert.AreEqual(3, metrics.Tasks[1].MeanAbsoluteError, 1e-12);
        Assert.AreEqual(1 - 10 / 25.0, metrics.Tasks[1].RSquared, 1e-12);
        Assert.AreEqual(1, metrics.Tasks[2].Accuracy);
        Assert.AreEqual(-(Math.Log(0.7) + Math.Log(0.5)) / 2, metrics.Tasks[2].LogLoss, 1e-7);
        Assert.AreEqual(1, metrics.Macro.Accuracy);
        Assert.AreEqual((metrics.Tasks[0].LogLoss + metrics.Tasks[2].LogLoss) / 2, metrics.Macro.LogLoss, 1e-15);
    }

    [TestMethod]
    public void Evaluate_MissingLabelsAndZeroWeights_AreSkippedAndCounted()
    {
        float[] labels = [1, Missing, 0, 5, Missing, 7, 1, 9];
        float[] scores = [0.8f, float.NaN, 0.3f, 6, float.NaN, 7, 0.1f, float.PositiveInfinity];
        float[] weights = [1, 1, 1, 2, 1, 1, 0, 0];

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate([Binary, Number], scores, labels, weights);

        Assert.AreEqual((2, 2), (metrics.Tasks[0].ObservedCount, metrics.Tasks[0].MissingCount));
        Assert.AreEqual((2, 2), (metrics.Tasks[1].ObservedCount, metrics.Tasks[1].MissingCount));
        Assert.AreEqual(1, metrics.Tasks[0].AreaUnderRocCurve);
        Assert.AreEqual(Math.Sqrt(2 / 3.0), metrics.Tasks[1].RootMeanSquaredError, 1e-12);
    }

    [TestMethod]
    public void Evaluate_OneClassTask_HasNoAucAndIsLeftOutOfTheMacro()
    {
        TaskInfo other = new("clicks", TaskKind.Binary);
        float[] labels = [0, 1, 0, 0, 0, 1];
        float[] scores = [0.1f, 0.2f, 0.9f, 0.3f, 0.4f, 0.8f];

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate([Binary, other], scores, labels);

        Assert.IsTrue(double.IsNaN(metrics.Tasks[0].AreaUnderRocCurve));
        Assert.AreEqual(2.0 / 3, metrics.Tasks[0].Accuracy, 1e-15);
        Assert.AreEqual(metrics.Tasks[1].AreaUnderRocCurve, metrics.Macro.AreaUnderRocCurve);
    }

    [TestMethod]
    public void Evaluate_NoObservedLabel_LeavesEverythingUndefined()
    {
        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate([Classes], [0.2f, 0.5f, 0.3f], [Missing]);

        Assert.IsTrue(metrics.Tasks[0].Named().All(m => double.IsNaN(m.Value)));
        Assert.AreEqual((0, 1), (metrics.Tasks[0].ObservedCount, metrics.Tasks[0].MissingCount));
    }

    [TestMethod]
    public void Evaluate_ImpossibleEvent_CostsTheFloor()
    {
        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate([Binary], [0], [1]);
        Assert.AreEqual(-Math.Log(1e-6), metrics.Tasks[0].LogLoss, 1e-12);
    }

    [TestMethod]
    public void Evaluate_WithReference_ComparesWithTheTrainingMeanAndClass()
    {
        ConstantPredictor reference = ConstantPredictor.Learn([Number, Classes], [0, 1, 4, 1, Missing, 0]);
        float[] labels = [3, 1, 5, 0, 7, 2];
        float[] scores = [3, 0.1f, 0.8f, 0.1f, 5, 0.5f, 0.3f, 0.2f, 5, 0.2f, 0.2f, 0.6f];

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate([Number, Classes], scores, labels, reference: reference);

        Assert.AreEqual(Math.Sqrt(4.0 / (1 + 9 + 25)), metrics.Tasks[0].RelativeRmse, 1e-12);
        Assert.AreEqual(1, metrics.Tasks[1].AucRest);
    }

    [TestMethod]
    public void Evaluate_ScoresNotFinite_AreLeftOutAndCounted()
    {
        float[] labels = [1, 4, 0, 5, 1, 6];
        float[] scores = [0.8f, float.NaN, float.NaN, 6, 0.3f, float.PositiveInfinity];

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate([Binary, Number], scores, labels);

        Assert.AreEqual((2, 0, 1), Counts(metrics.Tasks[0]));
        Assert.AreEqual((1, 0, 2), Counts(metrics.Tasks[1]));
        Assert.AreEqual(0.5, metrics.Tasks[0].Accuracy);
        Assert.AreEqual(1, metrics.Tasks[1].MeanAbsoluteError);
        StringAssert.Contains(metrics.ToString(), "unscored");

        static (int, int, int) Counts(TaskMetrics task) => (task.ObservedCount, task.MissingCount, task.UnscoredCount);
    }

    [TestMethod]
    public void ToString_MixedKinds_IsATableOfTasks()
    {
        string[] lines = MultiTaskMetrics.Evaluate([Binary, Number], [0.9f, 12, 0.2f, 16], [1, 10, 0, 20]).ToString()
            .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        Assert.HasCount(4, lines);
        StringAssert.Matches(lines[0], new(@"^task +kind +labels +missing +auc +auprc +accuracy +f1 +logloss +rmse"));
        StringAssert.Matches(lines[1], new("^buys +Binary +2 +0 +1 "));
        StringAssert.Matches(lines[2], new(@"^spends +Regression +2 +0 +3\.162 +3 "));
        StringAssert.StartsWith(lines[3], "mean");
    }

    [TestMethod]
    public void Evaluate_Decisions_DecideInsteadOfAHalf()
    {
        TaskMetrics task = MultiTaskMetrics.Evaluate([Binary], [0.4f, 0.2f, 0.7f, 0.1f], [1, 1, 0, 0],
            decisions: [1, 0, 1, 0]).Tasks[0];

        Assert.AreEqual((1.0, 1.0, 1.0, 1.0), (task.ConfusionMatrix![0, 0], task.ConfusionMatrix[0, 1],
            task.ConfusionMatrix[1, 0], task.ConfusionMatrix[1, 1]));
        Assert.AreEqual((0.5, 0.5), (task.PositivePrecision, task.NegativeRecall));
    }

    [TestMethod]
    public void Evaluate_WrongLength_SaysWhatWasExpected()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => { MultiTaskMetrics.Evaluate([Classes], [0, 0], [1]); });
        StringAssert.Contains(e.Message, "2 scores given, 1 row of 3 outputs expected", StringComparison.Ordinal);
    }

    [TestMethod]
    public void DeltaM_GainsAndLosses_AreAveragedInPercentWithTheirSign()
    {
        float[] labels = [1, 10, 0, 20, 1, 30, 0, 40];
        MultiTaskMetrics single = MultiTaskMetrics.Evaluate(
            [Binary, Number], [0.4f, 14, 0.6f, 24, 0.7f, 34, 0.1f, 44], labels);
        MultiTaskMetrics shared = MultiTaskMetrics.Evaluate(
            [Binary, Number], [0.8f, 15, 0.6f, 25, 0.7f, 35, 0.1f, 45], labels);

        // AUC 3/4 → 1: +33.3 %; RMSE 4 → 5: −25 %.
        Assert.AreEqual((100 / 3.0 - 25) / 2, shared.DeltaM(single), 1e-9);
        Assert.AreEqual(0, single.DeltaM(single));
    }

    [TestMethod]
    public void DeltaM_OtherTasks_IsRefused()
    {
        MultiTaskMetrics one = MultiTaskMetrics.Evaluate([Binary], [0.5f], [1]);
        MultiTaskMetrics other = MultiTaskMetrics.Evaluate([Number], [0.5f], [1]);
        Assert.ThrowsExactly<ArgumentException>(() => { one.DeltaM(other); });
    }
}
