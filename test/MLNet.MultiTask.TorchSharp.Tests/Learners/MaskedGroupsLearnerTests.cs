namespace MLNet.MultiTask.Torch.Tests.Learners;

[TestClass]
public sealed class MaskedGroupsLearnerTests : TorchTests
{
    /// <summary>Tasks that are set aside leave their groups; the others are numbered anew.</summary>
    [TestMethod]
    [DataRow("0,3|1,2", new[] { 0, 1, 2, 3 }, "0,3|1,2")]
    [DataRow("0,3|1,2", new[] { 0, 2, 3 }, "0,2|1")]
    [DataRow("0,(3)|1|2,3", new[] { 0, 2, 3 }, "0,(2)|1,2")]
    [DataRow("0|(0),1|2,3", new[] { 0, 2, 3 }, "0|1,2")]
    public void Fit_SomeOfTheTasks_RestrictsTheGroups(string grouping, int[] tasks, string expected)
    {
        TaskTable table = Problems.Mixed(80, tasks: [.. "abcd".Select(c => new TaskInfo($"{c}", TaskKind.Regression))]);
        var learner = new MaskedGroupsLearner(new()
        {
            Architecture = "mmoe(experts=1; hidden=3)", Training = TestModules.Training with { MaxEpochs = 1 },
        }, TaskGrouping.Parse(grouping));

        var model = (TorchModuleModel)learner.Fit(table, RowSplit.Random(80, 0.25, 1), tasks,
            new() { Threads = 1 }).Models[0].Model;

        Assert.AreEqual(expected, model.Source.Text.Settings["groups"]);
        StringAssert.Contains(learner.Settings, $"groups={grouping}");
    }
}
