using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class NetworkTrainerTests
{
    private static readonly TrainingOptions Short =
        new() { Hidden = [16, 8], MaxEpochs = 12, BatchSize = 32, Threads = 1, LearningRate = 1e-2f };

    [TestMethod]
    public void Train_LearnableTasks_BeatsInitialWeights()
    {
        TaskTable table = Problems.Mixed(600);
        TrainingResult result = Train(table, Short);
        Assert.IsLessThan(0.5 * result.Epochs[0].TrainLoss, result.Epochs[^1].TrainLoss);
        Assert.AreEqual(result.Epochs.Min(e => e.ValidationLoss), result.Epochs[result.BestEpoch - 1].ValidationLoss);
    }

    [TestMethod]
    public void Train_AnyThreads_SameBits()
    {
        TaskTable table = Problems.Mixed(300, 40);
        TrainingOptions options = Short with { Hidden = [96, 64], MaxEpochs = 3, BatchSize = 100 };
        float[] expected = Train(table, options).Network.Parameters;
        foreach (int threads in new[] { 1, 2, 3, 8 })
            CollectionAssert.AreEqual(expected, Train(table, options with { Threads = threads }).Network.Parameters,
                $"{threads} threads");
    }

    [TestMethod]
    public void Train_LabelsRemoved_EqualsWeightZero()
    {
        TaskTable table = Problems.Mixed(missing: 0);
        var random = new RandomStream(9, "remove");
        float[] labels = [.. table.Labels], weights = [.. table.Weights!];
        for (int cell = 0; cell < labels.Length; cell += 3)
            if (random.NextDouble() < 0.5)
                (labels[cell], weights[cell]) = (float.NaN, 0);
        CollectionAssert.AreEqual(
            Train(Problems.With(table, labels), Short).Network.Parameters,
            Train(Problems.With(table, weights: weights), Short).Network.Parameters);
    }

    [TestMethod]
    public void Train_DoubledWeight_EqualsDuplicatedCell()
    {
        TaskTable table = Problems.Mixed(80, missing: 0);
        float[] weights = [.. table.Weights!];
        int[] cells = [0, 1, 5, 30, 31, 32, 100];
        int extra = cells.Length, columns = table.Tasks.Count;
        float[] features = table.Features.ToArray(), labels = [.. table.Labels], moreWeights = [.. weights];
        foreach (int cell in cells)
        {
            features = [.. features, .. table.FeatureRow(cell / columns)];
            float[] own = [float.NaN, float.NaN, float.NaN];
            own[cell % columns] = table.Labels[cell];
            labels = [.. labels, .. own];
            moreWeights = [.. moreWeights, weights[cell], weights[cell], weights[cell]];
            weights[cell] *= 2;
        }
        TrainingOptions options = Short with { BatchSize = 1000, MaxEpochs = 20 };
        float[] doubled = Train(Problems.With(table, weights: weights), options,
            new RowSplit([.. Enumerable.Range(0, 80)], [])).Network.Parameters;
        float[] duplicated =
            Train(new TaskTable(features, table.FeatureCount, table.Tasks, labels, moreWeights), options,
                new RowSplit([.. Enumerable.Range(0, 80 + extra)], [])).Network.Parameters;
        for (int i = 0; i < doubled.Length; i++)
            Assert.AreEqual(doubled[i], duplicated[i], 2e-4, $"parameter {i}");
    }

    [TestMethod]
    public void Train_RegressionTargetTimesThousand_LeavesOtherScores()
    {
        TaskTable table = Problems.Mixed();
        float[] labels = [.. table.Labels];
        for (int cell = 2; cell < labels.Length; cell += 3)
            labels[cell] *= 1000;
        float[] scores = Scores(Train(table, Short), table),
            scaled = Scores(Train(Problems.With(table, labels), Short), table);
        for (int row = 0; row < table.RowCount; row++)
            for (int o = 0; o < 5; o++)
                Assert.AreEqual(o == 4 ? 1000.0 * scores[row * 5 + o] : scores[row * 5 + o], scaled[row * 5 + o],
                    o == 4 ? 2 : 1e-3);
    }

    [TestMethod]
    public void Train_OneRow_Works()
    {
        var table = new TaskTable([1, 2, 1, 2], 2, [Problems.Binary], [0, 1]);
        TrainingResult result = Train(table, Short with { BatchSize = 1 }, new RowSplit([0, 1], [0]));
        Assert.HasCount(12, result.Epochs);
    }

    [TestMethod]
    public void Train_NoValidationRows_RunsAllEpochsAndKeepsLastWeights()
    {
        TaskTable table = Problems.Mixed();
        TrainingResult result =
            Train(table, Short with { Patience = 1 }, new RowSplit([.. Enumerable.Range(0, 200)], []));
        Assert.AreEqual(StopReason.NoValidation, result.StopReason);
        Assert.AreEqual(12, result.BestEpoch);
        Assert.IsTrue(double.IsNaN(result.Epochs[0].ValidationLoss));
    }

    [TestMethod]
    public void Train_NoImprovement_StopsAfterPatience()
    {
        TaskTable table = Problems.Mixed(60);
        TrainingResult result = Train(table, Short with { Patience = 3, MaxEpochs = 500, LearningRate = 0.05f });
        Assert.AreEqual(StopReason.NoImprovement, result.StopReason);
        Assert.AreEqual(result.BestEpoch + 3, result.Epochs.Count);
        double loss = Train(table, Short with { MaxEpochs = result.BestEpoch, KeepBestWeights = false,
            LearningRate = 0.05f }).Epochs[^1].ValidationLoss;
        Assert.AreEqual(result.Epochs[result.BestEpoch - 1].ValidationLoss, loss);
    }

    [TestMethod]
    public void Train_MaxSteps_EndsWithinAnEpoch()
    {
        TrainingResult result = Train(Problems.Mixed(), Short with { MaxSteps = 7 });
        Assert.AreEqual(StopReason.MaxSteps, result.StopReason);
        Assert.AreEqual(7, result.Epochs[^1].Steps);
    }

    [TestMethod]
    public void Train_TaskThatCannotBeLearned_IsNamedBeforeTraining()
    {
        TaskTable table = Problems.Mixed(missing: 0);
        StringAssert.Contains(Refused(table, 0, _ => float.NaN),
            "Task 'bin' has no observed label in the training rows");
        StringAssert.Contains(Refused(table, 0, _ => 1), "Task 'bin' has one class only");
        StringAssert.Contains(Refused(table, 1, _ => 2), "Task 'class' has one class only");
        StringAssert.Contains(Refused(table, 2, _ => 7), "Task 'value' has the same target 7");
    }

    [TestMethod]
    public void Train_UpdatesTooLong_NamesTaskEpochStepAndTheWayOut()
    {
        TrainingDivergedException error = Diverging([1, -1, 2, 0], Short with { LearningRate = 1e10f, BatchSize = 2 });
        Assert.AreEqual("huge", error.Task);
        Assert.AreEqual(1, error.Epoch);
        Assert.AreEqual(2, error.Step);
        Assert.AreEqual(1e10f, error.LearningRate);
        Assert.AreEqual("The loss of task 'huge' is not finite in epoch 1, step 2, at learning rate 1E+10; lower " +
            "LearningRate, or normalise the features where they are far from 0", error.Message);
    }

    [TestMethod]
    [DataRow("equal")]
    [DataRow("pcgrad")]
    [DataRow("dwa")]
    public void Train_FeaturesTooFarFromZero_DoesNotBlameTheRate(string weighting) => StringAssert.EndsWith(
        Diverging([1e30f, -1e30f, 2e30f, 0], Short with { Weighting = TaskWeightings.Parse(weighting), BatchSize = 2 })
            .Message, "no update was made yet, so LearningRate is not to blame: normalise the features");

    private static TrainingDivergedException Diverging(float[] features, TrainingOptions options)
    {
        var table = new TaskTable(features, 1,
            [new TaskInfo("huge", TaskKind.Regression), new TaskInfo("twin", TaskKind.Regression)],
            [1, 1, 2, 2, 3, 3, 4, 4]);
        return Assert.ThrowsExactly<TrainingDivergedException>(() =>
            Train(table, options, new RowSplit([0, 1, 2, 3], [])));
    }

    [TestMethod]
    public void Train_Cancelled_StopsBeforeNextBatch()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            NetworkTrainer.Train(Problems.Mixed(), new RowSplit([0, 1, 2, 3, 4, 5], []), [2], Short, source.Token));
    }

    [TestMethod]
    public void Train_FromNetwork_ContinuesItAndLeavesItAlone()
    {
        TaskTable table = Problems.Mixed();
        SharedBottomNetwork start = Train(table, Short).Network;
        float[] before = [.. start.Parameters];
        RowSplit split = Problems.Split(table);
        TrainingResult tuned =
            NetworkTrainer.Train(table, split, [2, 0], start, Short with { MaxEpochs = 2, KeepBestWeights = false });
        CollectionAssert.AreEqual(before, start.Parameters);
        CollectionAssert.AreEqual(new[] { "value", "bin" }, tuned.Network.Shape.Tasks.Select(t => t.Name).ToArray());
        Assert.AreEqual(start.TargetMeans[2], tuned.Network.TargetMeans[0]);
        Assert.IsLessThan(Train(table, Short).Epochs[0].TrainLoss, tuned.Epochs[0].TrainLoss);
        Assert.AreEqual(2, tuned.BestEpoch);
    }

    [TestMethod]
    public void Train_BadOption_NamesItWithRangeAndValue()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            Train(Problems.Mixed(), Short with { BatchSize = 0 }));
        Assert.AreEqual("BatchSize must be at least 1, or null (Parameter 'BatchSize')\nActual value was 0.",
            error.Message.ReplaceLineEndings("\n"));
    }

    private static TrainingResult Train(TaskTable table, TrainingOptions options, RowSplit? split = null) =>
        NetworkTrainer.Train(table, split ?? Problems.Split(table), Problems.AllTasks(table), options);

    private static float[] Scores(TrainingResult result, TaskTable table)
    {
        var scores = new float[table.RowCount * result.Network.Shape.OutputCount];
        result.Network.Score(table.Features.ToArray(), table.RowCount, scores);
        return scores;
    }

    private static string Refused(TaskTable table, int task, Func<int, float> label)
    {
        float[] labels = [.. table.Labels];
        for (int row = 0; row < table.RowCount; row++)
            labels[row * 3 + task] = label(row);
        return Assert.ThrowsExactly<ArgumentException>(() => Train(Problems.With(table, labels), Short)).Message;
    }
}
