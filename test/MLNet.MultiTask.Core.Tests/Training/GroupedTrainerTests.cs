using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class GroupedTrainerTests
{
    private static readonly TrainingOptions Short = new() { Hidden = [8], MaxEpochs = 3, Threads = 1 };

    [TestMethod]
    public void Train_EqualGroupsInDifferentGroupings_GiveEqualNetworks()
    {
        TaskTable table = Problems.Mixed();
        RowSplit split = Problems.Split(table);
        MultiTaskModel pair = GroupedTrainer.Train(table, split, TaskGrouping.Parse("0,2|1"), Short).Model;
        MultiTaskModel helped = GroupedTrainer.Train(table, split, TaskGrouping.Parse("0,(1)|1|2"), Short).Model;
        CollectionAssert.AreEqual(pair.Networks[1].Parameters, helped.Networks[1].Parameters);
    }

    [TestMethod]
    public void Train_GroupsBesideEachOther_SameBitsAsOneAfterTheOther()
    {
        TaskTable table = Problems.Mixed();
        TaskGrouping grouping = TaskGrouping.Single(3);
        MultiTaskModel Train(TrainingOptions options) =>
            GroupedTrainer.Train(table, Problems.Split(table), grouping, options).Model;
        MultiTaskModel expected = Train(Short), beside = Train(Short with { Threads = 3 });
        for (int g = 0; g < 3; g++)
            CollectionAssert.AreEqual(expected.Networks[g].Parameters, beside.Networks[g].Parameters);
    }

    [TestMethod]
    public void Train_SeveralGroupsFail_TellsOfTheFirst()
    {
        TaskTable table = Problems.Mixed();
        float[] labels = [.. table.Labels];
        for (int row = 0; row < table.RowCount; row++)
            (labels[row * 3 + 1], labels[row * 3 + 2]) = (float.NaN, float.NaN);
        foreach (int threads in new[] { 1, 3 })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => GroupedTrainer.Train(Problems.With(table, labels),
                Problems.Split(table), TaskGrouping.Single(3), Short with { Threads = threads }));
            StringAssert.Contains(error.Message, "Task 'class'");
        }
    }

    [TestMethod]
    public void Score_GroupsAndHelpers_TakesEachTaskFromTheGroupThatServesIt()
    {
        TaskTable table = Problems.Mixed();
        MultiTaskModel model =
            GroupedTrainer.Train(table, Problems.Split(table), TaskGrouping.Parse("0,(2)|1,2"), Short).Model;
        const int rows = 9;
        float[] scores = new float[rows * 5], first = new float[rows * 2], second = new float[rows * 4];
        model.Score(table.Features, rows, scores);
        model.Networks[0].Score(table.Features, rows, first);
        model.Networks[1].Score(table.Features, rows, second);
        for (int row = 0; row < rows; row++)
        {
            Assert.AreEqual(first[row * 2], scores[row * 5]);
            for (int o = 0; o < 4; o++)
                Assert.AreEqual(second[row * 4 + o], scores[row * 5 + 1 + o]);
        }
    }
}
