using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Learners;

[TestClass]
public sealed class GroupedTrainerTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Train_LearnerWithOneModelPerTask_ServesEachTaskFromItsModel(int threads)
    {
        TaskTable table = Problems.Mixed();
        GroupedTrainingResult result = GroupedTrainer.Train(table, Problems.Split(table), TaskGrouping.Parse("0,2|1"),
            new ConstantLearner(), new() { Threads = threads });
        Assert.AreEqual("0|1|2", result.Model.Grouping.ToString());
        CollectionAssert.AreEqual(new[] { "0,2", "1" }, result.Groups.Select(g => g.Notes[0]).ToArray());
        float[] scores = new float[result.Model.OutputCount];
        result.Model.Score(table.FeatureRow(0), 1, scores);
        CollectionAssert.AreEqual(new float[] { 0, 1, 1, 1, 2 }, scores);
    }

    [TestMethod]
    public void Train_HelperOfAGroup_IsServedByItsOwn()
    {
        TaskTable table = Problems.Mixed();
        MultiTaskModel model = GroupedTrainer.Train(table, Problems.Split(table), TaskGrouping.Parse("0,(2)|1,2"),
            new ConstantLearner()).Model;
        Assert.AreEqual("0|1|2", model.Grouping.ToString());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Train_SeveralGroupsFail_TellsOfTheFirst(int threads)
    {
        TaskTable table = Problems.Mixed();
        Assert.AreEqual("group 1", Assert.ThrowsExactly<InvalidOperationException>(() => GroupedTrainer.Train(table,
            Problems.Split(table), TaskGrouping.Single(3), new FailingLearner(threads > 1),
            new() { Threads = threads })).Message);
    }

    [TestMethod]
    public void Train_GroupingOfOtherTasks_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => GroupedTrainer.Train(Problems.Mixed(),
            Problems.Split(Problems.Mixed()), TaskGrouping.All(2), new ConstantLearner())).Message,
        "The grouping '0,1' is over 2 tasks, the table has 3");

    [TestMethod]
    public void Constructor_ModelOfAnotherKindOfTask_NamesTheGroup() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => new MultiTaskModel(
            [new("a", TaskKind.Binary), new("b", TaskKind.Binary)], TaskGrouping.Single(2),
            [new ConstantModel([new("a", TaskKind.Binary)], 2, 0),
                new ConstantModel([new("b", TaskKind.Regression)], 2, 1)])).Message,
        "Group 1 is of the tasks b (Binary), its model of b (Regression)");

    /// <summary>One model per task, which scores the task's number.</summary>
    private sealed class ConstantLearner : IGroupLearner
    {
        public string Name => "constant";

        public string Settings => "";

        public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run) => new()
        {
            Models = [.. tasks.Select(t =>
                new ServingModel([t], new ConstantModel([table.Tasks[t]], table.FeatureCount, t)))],
            Notes = [string.Join(',', tasks)],
        };
    }

    /// <summary>Fails on all groups but the first; side by side, on the last before the others.</summary>
    private sealed class FailingLearner(bool sideBySide) : IGroupLearner
    {
        private readonly TaskCompletionSource _lastFails = new();

        public string Name => "failing";

        public string Settings => "";

        public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
        {
            if (tasks[0] == 0)
                return new ConstantLearner().Fit(table, split, tasks, run);
            if (tasks[0] == table.Tasks.Count - 1)
                _lastFails.SetResult();
            else if (sideBySide)
                Assert.IsTrue(_lastFails.Task.Wait(TimeSpan.FromMinutes(2)), "The last group was never begun");
            throw new InvalidOperationException($"group {tasks[0]}");
        }
    }
}
