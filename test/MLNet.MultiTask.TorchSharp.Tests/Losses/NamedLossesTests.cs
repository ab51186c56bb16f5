using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Torch.Tests.Learners;

namespace MLNet.MultiTask.Torch.Tests.Losses;

[TestClass]
public sealed class NamedLossesTests : TorchTests
{
    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 225)], [.. Enumerable.Range(225, 75)]);

    private static readonly TaskTable Table = Problems.Mixed(300, 5, 0.1, 1,
        new TaskInfo("a", TaskKind.Binary), new TaskInfo("b", TaskKind.Binary),
        new TaskInfo("c", TaskKind.Multiclass, ["x", "y", "z"]),
        new TaskInfo("v", TaskKind.Regression));

    [TestMethod]
    [DataRow("a", "info-nce(against=rows)", true)]
    [DataRow("c", "z-loss", false)]
    [DataRow("a", "preference(by=v)", true)]
    public void Fit_NamedLoss_LearnsTheTaskByIt(string task, string loss, bool isBinary)
    {
        GroupFit fit = Learner((task, loss)).Fit(Table, Split, [0, 1, 2, 3], new() { Threads = 1 });
        IGroupModel model = fit.Models[0].Model;
        float[] scores = TorchModuleLearnerTests.Scores(model, Table);

        Assert.AreNotEqual(0, fit.Epochs.Count);
        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate(Table.Tasks, scores,
            [.. Enumerable.Range(0, 300).SelectMany(r => Enumerable.Range(0, 4).Select(t => Table.Label(r, t)))]);
        TaskMetrics own = metrics.Tasks[Array.FindIndex([.. Table.Tasks], t => t.Name == task)];
        if (isBinary)
            Assert.IsGreaterThan(0.8, own.AreaUnderRocCurve);
        else
            Assert.IsGreaterThan(0.6, own.MicroAccuracy);
        CollectionAssert.AreNotEqual(TorchModuleLearnerTests.Scores(Learner().Fit(Table, Split, [0, 1, 2, 3],
            new() { Threads = 1 }).Models[0].Model, Table), scores);
    }

    [TestMethod]
    public void Fit_TaskAloneInItsGroup_HasItsOwnLossAndANoteSaysSo()
    {
        GroupFit fit = Learner(("a", "decoupled-softmax"), ("b", "decoupled-softmax")).Fit(Table, Split, [0, 2],
            new() { Threads = 1 });

        CollectionAssert.Contains(fit.Notes.ToArray(),
            "Task 'a' has the loss of its kind here: loss 'decoupled-softmax' " +
            "compares tasks of a group, and no other task of its group has it");
        CollectionAssert.AreEqual(
            TorchModuleLearnerTests.Scores(Learner().Fit(Table, Split, [0, 2], new() { Threads = 1 })
            .Models[0].Model, Table), TorchModuleLearnerTests.Scores(fit.Models[0].Model, Table));
    }

    [TestMethod]
    public void Fit_LossesThatDoNotFit_AreAllNamed()
    {
        TorchModuleLearner learner =
            Learner(("a", "z-loss"), ("v", "info-nce"), ("nobody", "z-loss"), ("b", "preference(by=w)"));

        Assert.AreEqual(
            "Losses do not fit the tasks 'a', 'b', 'c', 'v': loss 'z-loss' is for multi-class tasks of at least 3 " +
            "classes, and 'a' is of kind Binary; loss 'info-nce' is for binary tasks, and 'v' is of kind Regression; " +
            "there is no task 'nobody'; loss 'preference' of 'b' is by 'w', which is no task",
            Assert.ThrowsExactly<ArgumentException>(() =>
            learner.Fit(Table, Split, [0, 1, 2, 3], new() { Threads = 1 })).Message);
    }

    [TestMethod]
    [DataRow("zloss", "Losses[\"a\"]: There is no loss 'zloss'; there are 'decoupled-softmax', 'info-nce'")]
    [DataRow("info-nce(temperature=0)",
        "Losses[\"a\"]: Setting 'temperature' of loss 'info-nce' is '0'; a number from 0.0001")]
    [DataRow("decoupled-softmax(k=3)",
        "Losses[\"a\"]: Loss 'decoupled-softmax' has no setting 'k'; it has none at all")]
    [DataRow("preference", "Losses[\"a\"]: Loss 'preference' needs the setting 'by'")]
    public void Learner_TextThatIsNoLoss_IsRefused(string loss, string expected) => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() => Learner(("a", loss))).Message, expected);

    [TestMethod]
    public void Settings_Losses_AreSaid() => StringAssert.Contains(Learner(("c", "z-loss(b=2;a=1)")).Settings,
        "loss of 'c' z-loss(a=1; b=2)");

    private static TorchModuleLearner Learner(params (string Task, string Loss)[] losses) => new(new TorchModuleOptions
    {
        Architecture = "mlp(hidden=8)", Training = TestModules.Training with { MaxEpochs = 12 },
        Losses = losses.ToDictionary(l => l.Task, l => l.Loss),
    });
}
