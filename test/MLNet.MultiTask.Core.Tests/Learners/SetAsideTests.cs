using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests.Search;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Learners;

[TestClass]
public sealed class SetAsideTests
{
    private static readonly TrainingOptions Small = new() { Hidden = [4], MaxEpochs = 3 };
    private static readonly TaskTable Table = Rare();

    [TestMethod]
    public void Train_UnlearnableTasks_AreSetAsideWithOneNote()
    {
        GroupedTrainingResult result = GroupedTrainer.Train(Table, new([.. Enumerable.Range(0, 80)],
            [.. Enumerable.Range(80, 20)]), TaskGrouping.Parse("0,2|1,3,4|5"), new SharedBottomLearner(Small));
        Assert.AreEqual("0|1|2,3,4,5", result.Model.Grouping.ToString());
        string[] notes = [.. result.Groups.SelectMany(g => g.Notes)
            .Where(n => n.Contains("aside", StringComparison.Ordinal))];
        Assert.HasCount(1, notes);
        Assert.AreEqual("Tasks 'never', 'unseen', 'flat', 'kinds' are set aside: the training rows hold no two " +
            "different labels; they score 0, 0.5, 7, 0/1/0", notes[0]);
        var scores = new float[2 * result.Model.OutputCount];
        result.Model.Score(Table.Features.ToArray().AsSpan(0, 8), 2, scores);
        CollectionAssert.AreEqual(new[] { 0, 0.5f, 7, 0, 1, 0 }, scores[2..8]);
    }

    [TestMethod]
    public void Train_Refuse_NamesAllTasks()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => GroupedTrainer.Train(Table, Problems.Split(Table),
            TaskGrouping.All(6), new SharedBottomLearner(Small), null, UnlearnableTasks.Refuse));
        StringAssert.StartsWith(e.Message, "Tasks 'never', 'unseen', 'flat', 'kinds' cannot be learned");
    }

    [TestMethod]
    public void Train_NothingLearnable_IsRefused()
    {
        TaskTable table = Table.Select([2, 3]);
        var e = Assert.ThrowsExactly<ArgumentException>(() => GroupedTrainer.Train(table, Problems.Split(table),
            TaskGrouping.All(2), new SharedBottomLearner(Small)));
        StringAssert.Contains(e.Message, "Tasks 'never', 'unseen' cannot be learned");
    }

    [TestMethod]
    public void Note_OneClassHasWeightZero_SaysThatWeightsAreWhy()
    {
        var table = new TaskTable(new float[4], 1, [new("a", TaskKind.Binary), new("b", TaskKind.Binary)],
            labels: [0, 1, 1, 0, 0, 1, 1, 1], weights: [1, 1, 0, 1, 1, 1, 0, 1]);
        SetAside aside = SetAside.Find(table, [0, 1, 2, 3], UnlearnableTasks.SetAside);
        Assert.AreEqual(
            "Task 'a' is set aside: the training rows hold no two different labels of positive weight; it " +
            "scores 0", aside.Note());
    }

    [TestMethod]
    public void Train_EverySeed_SetsTheSameTasksAside()
    {
        float[] labels = [.. Table.Labels];
        labels[40 * 6 + 2] = 1;
        TaskTable table = Problems.With(Table, labels);
        for (ulong seed = 0; seed < 12; seed++)
        {
            RowSplit split = new RowSplitter { Seed = seed }.Split(table, 0.5);
            CollectionAssert.AreEqual(new[] { 3, 4, 5 },
                SetAside.Find(table, split.Train, UnlearnableTasks.SetAside).Tasks.ToArray());
        }
    }

    [TestMethod]
    public void Run_Sweep_SetsTasksAsideAndTellsOfAllTasks()
    {
        List<SweepProgress> told = [];
        SweepResult result = GroupingSweep.Run(Table, GroupingSweepTests.Options(new CountedLearner(Small)) with
        {
            Progress = new Listener(told.Add), Constraints = new() { CannotLink = [("never", "bin")] },
        });
        Assert.AreEqual(SweepStopReason.SpaceExhausted, result.StopReason);
        CollectionAssert.AreEqual(new[] { "0|1|2|3|4|5", "0,1|2|3|4|5" },
            result.Trials.Select(t => t.Point.Grouping.ToString()).ToArray());
        Assert.AreEqual(6, result.Model.Grouping.TaskCount);
        StringAssert.StartsWith(result.Notes[0], "Tasks 'never', 'unseen', 'flat', 'kinds' are set aside");
        Assert.AreEqual(result.Trials[0].Point, told[0].Trial.Point);
    }

    [TestMethod]
    public void Save_ModelWithTasksSetAside_ComesBack()
    {
        MultiTaskModel model = GroupedTrainer.Train(Table, Problems.Split(Table), TaskGrouping.All(6),
            new SharedBottomLearner(Small)).Model;
        using var stream = new MemoryStream();
        ModelFile.Save(new SavedModel(model), stream);
        stream.Position = 0;
        MultiTaskModel loaded = ModelFile.Load(stream).Model;
        float[] expected = new float[model.OutputCount], actual = new float[model.OutputCount];
        model.Score(Table.Features.ToArray().AsSpan(0, 4), 1, expected);
        loaded.Score(Table.Features.ToArray().AsSpan(0, 4), 1, actual);
        CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Constructor_ProbabilityOutOfRange_NamesTheTask()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new TrivialModel(3, [Problems.Value, Problems.Binary], [4, 1.5f]));
        StringAssert.Contains(e.Message, "Task 'bin' scores 1.5; a probability from 0 to 1 is expected");
    }

    /// <summary>Two tasks to learn, and four that have one class, no label, one target, one of three classes.</summary>
    private static TaskTable Rare()
    {
        TaskTable two = Problems.Mixed(100, 4, 0, 1, Problems.Binary, Problems.Value);
        var labels = new float[600];
        for (int row = 0; row < 100; row++)
            new[] { two.Label(row, 0), two.Label(row, 1), 0, float.NaN, 7, row % 2 == 0 ? 1 : float.NaN }
                .CopyTo(labels, row * 6);
        return new TaskTable(two.Features, [Problems.Binary, Problems.Value, new TaskInfo("never", TaskKind.Binary),
            new TaskInfo("unseen", TaskKind.Binary), new TaskInfo("flat", TaskKind.Regression),
            new TaskInfo("kinds", TaskKind.Multiclass, ["x", "y", "z"])], labels);
    }

    private sealed class Listener(Action<SweepProgress> told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told(value);
    }
}
