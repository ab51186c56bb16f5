using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Distribution;

[TestClass]
public sealed class TrialFileTests
{
    private static readonly TaskTable Table = Problems.Mixed(120, 4, 0.1, 2, new TaskInfo("a", TaskKind.Binary),
        new TaskInfo("b", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary));
    private static readonly SweepLearner Learner = NetworkSweep.Learner(
        new TrainingOptions { Hidden = [4], MaxEpochs = 3 }, hidden: ["6"]);
    private static readonly SweepData Data = new(Table, SweepFold.Of(Table,
        new SweepOptions { Learners = [Learner], Folds = 2 }));

    [TestMethod]
    public void Key_EveryPartThatDecidesTheOutcome_ChangesIt()
    {
        string[] keys = [.. new[]
        {
            Trial(0, [0, 2], "4"), Trial(1, [0, 2], "4"), Trial(0, [0], "4"), Trial(0, [0, 2], "6"),
            Trial(0, [0, 2], "4") with { Data = "other" }, Trial(0, [0, 2], "4") with { Build = "other" },
            Trial(0, [0, 2], "4") with { Seed = 7 }, Trial(0, [0, 2], "4") with { LearnerText = "other" },
        }.Select(t => TrialFile.KeyOf(t.ToJson()))];
        Assert.AreEqual(keys.Length, keys.Distinct().Count());
        Assert.AreEqual(keys[0], TrialFile.KeyOf(Trial(0, [0, 2], "4").ToJson()));
        Assert.AreEqual(keys[0], TrialFile.KeyOf(TrialFile.Parse(Trial(0, [0, 2], "4").ToJson()).ToJson()));
    }

    [TestMethod]
    public void Title_SaysLearnerAndTasks() =>
        Assert.AreEqual("shared-bottom hidden=4: a + c (fold 1)", Trial(1, [0, 2], "4").Title);

    [TestMethod]
    public void Run_OnAWorkbench_ComesToTheOutcomeOfTheTrainingItself()
    {
        var bench = new TrialWorkbench(Data, [Learner], "w");
        GroupTraining training = bench.Open(Trial(0, [0, 2], "6"));
        (ResultFile result, byte[]? model) = bench.Run("k", training, 1, default);
        GroupOutcome outcome = training.Train(2, default);
        ResultFile parsed = ResultFile.Parse(result.ToJson());
        CollectionAssert.AreEqual(outcome.Losses.ToArray(), parsed.Losses);
        Assert.AreEqual(outcome.Epochs, parsed.Epochs);
        var features = new float[Table.RowCount * 4];
        Table.Features.CopyRows([.. Enumerable.Range(0, Table.RowCount)], features);
        foreach (var (own, loaded) in outcome.Fit!.Models.Zip(GroupFitFile.Parse(model!, [0, 2]).Models))
        {
            CollectionAssert.AreEqual(own.Served.ToArray(), loaded.Served.ToArray());
            float[] a = new float[Table.RowCount * 2], b = new float[Table.RowCount * 2];
            own.Model.Score(features, Table.RowCount, a, []);
            loaded.Model.Score(features, Table.RowCount, b, []);
            CollectionAssert.AreEqual(a, b);
        }
    }

    [TestMethod]
    public void Open_WhatWouldComeOutDifferently_IsRefused()
    {
        var bench = new TrialWorkbench(Data, [Learner], "w");
        StringAssert.Contains(Refused(Trial(0, [0], "4") with { Build = "MLNet.MultiTask 9" }),
            "is of MLNet.MultiTask 9,");
        StringAssert.Contains(Refused(Trial(0, [0], "4") with { Learner = "none" }),
            "has no learner 'none'; it has shared");
        StringAssert.Contains(Refused(Trial(0, [0], "4") with { TaskNames = ["z"] }), "of other data");
        StringAssert.Contains(Refused(Trial(0, [0], "4") with { LearnerText = "other" }), "the sweep's is 'other'");

        string Refused(TrialFile trial) =>
            Assert.ThrowsExactly<WorkerRefusedException>(() => bench.Open(trial)).Message;
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("""{"version":1,"key":"k"}""")]
    public void Parse_NoTrialOrResult_IsRefused(string json)
    {
        Assert.ThrowsExactly<FormatException>(() => TrialFile.Parse(json));
        Assert.ThrowsExactly<FormatException>(() => ResultFile.Parse(json));
    }

    [TestMethod]
    public void Result_NoLossOrErrors_ComesBack()
    {
        var result = new ResultFile("k", [double.NaN, 0.1], 4, 0.5, "w", null, ["A: b", "A: b", "C: d"])
        {
            Cost = new SweepCost(1234, 0.1),
        };
        GroupOutcome outcome = ResultFile.Parse(result.ToJson()).ToOutcome();
        Assert.IsTrue(double.IsNaN(outcome.Losses[0]));
        Assert.AreEqual("A: b; C: d", outcome.Error);
        Assert.AreEqual(result.Cost, outcome.Cost);
    }

    private static TrialFile Trial(int fold, int[] tasks, string hidden)
    {
        var point = new SweepPoint(TaskGrouping.All(3), Learner.Name, [new("hidden", hidden)]);
        return TrialFile.Of(new GroupTraining(Data, fold, tasks, point.Groups[0], Learner.Create(point.Settings)),
            "hash");
    }
}
