using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class WarmStartTests
{
    private static readonly TrainingOptions Options = new()
    {
        Hidden = [8], MaxEpochs = 40, Patience = null, BatchSize = 32, KeepBestWeights = false, Threads = 1,
    };

    [TestMethod]
    public void Train_StepTooSmallToMove_ScoresLikeTheInitialModel()
    {
        TaskTable table = Problems.Mixed();
        MultiTaskModel initial = Train(table, Options).Model;
        MultiTaskModel model = Train(table, Options with
        {
            InitialModel = initial, MaxEpochs = 1, LearningRate = 1e-30f, WeightDecay = 0,
        }).Model;
        CollectionAssert.AreEqual(Scores(initial, table), Scores(model, table));
    }

    [TestMethod]
    public void Train_FewEpochs_IsBetterThanFromFreshWeights()
    {
        TaskTable table = Problems.Mixed(400);
        MultiTaskModel initial = Train(table, Options).Model;
        TrainingOptions few = Options with { MaxEpochs = 2 };
        double fresh = Train(table, few).Groups[0].Epochs[^1].ValidationLoss;
        double warm = Train(table, few with { InitialModel = initial }).Groups[0].Epochs[^1].ValidationLoss;
        Assert.IsLessThan(0.8 * fresh, warm);
    }

    [TestMethod]
    public void Train_TargetsWithAnotherOffset_BeginsWithTheSameScores()
    {
        TaskTable table = Problems.Mixed(tasks: [Problems.Value]);
        MultiTaskModel initial = Train(table, Options).Model;
        TaskTable shifted = new(table.Features, [Problems.Value with { Offset = 2 }],
            [.. table.Labels.Select(y => y - 2)], table.Weights);
        MultiTaskModel model = Train(shifted, Options with
        {
            InitialModel = initial, MaxEpochs = 1, LearningRate = 1e-30f, WeightDecay = 0,
        }).Model;
        float[] expected = Scores(initial, table), scores = Scores(model, table);
        for (int i = 0; i < scores.Length; i++)
            Assert.AreEqual(expected[i], scores[i] + 2, 1e-5);
    }

    [TestMethod]
    public void Train_OtherDataAndOptions_NamesAllDifferences()
    {
        MultiTaskModel initial = Train(Problems.Mixed(), Options).Model;
        TaskTable other = Problems.Mixed(features: 6, tasks: [new TaskInfo("bin", TaskKind.Regression),
            new TaskInfo("class", TaskKind.Multiclass, ["x", "z", "y"])]);
        string message = Refusal(other, Options with { InitialModel = initial, Hidden = [4, 4], LayerNorm = true,
            LinearSkip = true });

        StringAssert.Contains(message, "it takes 5 features, the data has 6; its Hidden is 8, the options' 4, 4; its " +
            "LayerNorm is off, the options' on; its LinearSkip is off, the options' on; its task 'bin' is " +
            "Binary, the data's Regression; its task 'class' has the classes x, y, z, the data's x, z, y;");
    }

    [TestMethod]
    public void Train_TasksThatNoNetworkHolds_AreNamed()
    {
        TaskTable table = Problems.Mixed();
        MultiTaskModel apart = GroupedTrainer.Train(table, Problems.Split(table, 0.2), TaskGrouping.Single(3),
            new SharedBottomLearner(Options with { MaxEpochs = 1 })).Model;
        StringAssert.Contains(Refusal(table, Options with { InitialModel = apart }),
            "the tasks 'bin', 'class', 'value', which are one group here, are in different networks of it");
        StringAssert.Contains(Refusal(Problems.Mixed(tasks: [Problems.Binary, new TaskInfo("new", TaskKind.Binary)]),
            Options with { InitialModel = apart }), "it has no task 'new'");
        MultiTaskModel linear = GroupedTrainer.Train(table, Problems.Split(table, 0.2), TaskGrouping.All(3),
            new LinearLearner()).Model;
        StringAssert.Contains(Refusal(table, Options with { InitialModel = linear }),
            "it holds no shared-bottom network");
    }

    [TestMethod]
    public void Train_Interrupted_GoesOnToTheSameBitsAndOnlyFromTheSameModel()
    {
        string folder = Directory.CreateTempSubdirectory("warm-").FullName;
        try
        {
            TaskTable table = Problems.Mixed();
            MultiTaskModel initial = Train(table, Options with { MaxEpochs = 3 }).Model;
            TrainingOptions warm = Options with { InitialModel = initial, MaxEpochs = 6 };
            float[] expected = Train(table, warm).Model.Models[0].Network().Parameters;
            Train(table, warm with { MaxEpochs = 2 }, new CheckpointFolder(folder, resume: false, steps: 2));
            CollectionAssert.AreEqual(expected, Train(table, warm, new CheckpointFolder(folder, resume: true, steps: 2))
                .Model.Models[0].Network().Parameters);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Train(table,
                warm with { InitialModel = null }, new CheckpointFolder(folder, resume: true, steps: 2))).Message,
                "fresh weights");
            Assert.AreNotEqual(new SharedBottomLearner(warm).Settings,
                new SharedBottomLearner(warm with { InitialModel = null }).Settings);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static GroupedTrainingResult Train(TaskTable table, TrainingOptions options,
        ICheckpointStore? store = null) =>
        SharedBottomLearner.TrainGroups(table, Problems.Split(table, 0.2), TaskGrouping.All(table.Tasks.Count), options,
            store);

    private static string Refusal(TaskTable table, TrainingOptions options) =>
        Assert.ThrowsExactly<ArgumentException>(() => Train(table, options)).Message;

    private static float[] Scores(MultiTaskModel model, TaskTable table)
    {
        var scores = new float[table.RowCount * model.OutputCount];
        model.Score(table.Features.ToArray(), table.RowCount, scores);
        return scores;
    }
}
