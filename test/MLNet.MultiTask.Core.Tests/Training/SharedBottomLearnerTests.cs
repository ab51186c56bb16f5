using System.Globalization;
using System.Reflection;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tests.Training.Engines;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class SharedBottomLearnerTests
{
    private static readonly TrainingOptions Short = new() { Hidden = [8], MaxEpochs = 3, Threads = 1 };

    [TestMethod]
    public void Train_EqualGroupsInDifferentGroupings_GiveEqualNetworks()
    {
        TaskTable table = Problems.Mixed();
        RowSplit split = Problems.Split(table);
        MultiTaskModel pair = SharedBottomLearner.TrainGroups(table, split, TaskGrouping.Parse("0,2|1"), Short).Model;
        MultiTaskModel helped = SharedBottomLearner.TrainGroups(table, split, TaskGrouping.Parse("0,(1)|1|2"),
            Short).Model;
        CollectionAssert.AreEqual(pair.Models[1].Network().Parameters, helped.Models[1].Network().Parameters);
    }

    [TestMethod]
    public void Train_GroupsBesideEachOther_SameBitsAsOneAfterTheOther()
    {
        TaskTable table = Problems.Mixed();
        TaskGrouping grouping = TaskGrouping.Single(3);
        MultiTaskModel Train(TrainingOptions options) =>
            SharedBottomLearner.TrainGroups(table, Problems.Split(table), grouping, options).Model;
        MultiTaskModel expected = Train(Short), beside = Train(Short with { Threads = 3 });
        for (int g = 0; g < 3; g++)
            CollectionAssert.AreEqual(expected.Models[g].Network().Parameters, beside.Models[g].Network().Parameters);
    }

    [TestMethod]
    public void Score_GroupsAndHelpers_TakesEachTaskFromTheGroupThatServesIt()
    {
        TaskTable table = Problems.Mixed();
        MultiTaskModel model =
            SharedBottomLearner.TrainGroups(table, Problems.Split(table), TaskGrouping.Parse("0,(2)|1,2"), Short).Model;
        const int rows = 9;
        float[] scores = new float[rows * 5], first = new float[rows * 2], second = new float[rows * 4];
        model.Score(table.Features.ToArray(), rows, scores);
        model.Models[0].Score(table.Features.ToArray(), rows, first, []);
        model.Models[1].Score(table.Features.ToArray(), rows, second, []);
        for (int row = 0; row < rows; row++)
        {
            Assert.AreEqual(first[row * 2], scores[row * 5]);
            for (int o = 0; o < 4; o++)
                Assert.AreEqual(second[row * 4 + o], scores[row * 5 + 1 + o]);
        }
    }

    [TestMethod]
    public void Fit_RunOfTheSameSeed_IsTheNetworkOfTheTrainer()
    {
        TaskTable table = Problems.Mixed();
        RowSplit split = Problems.Split(table);
        GroupFit fit = new SharedBottomLearner(Short with { Seed = 9 }).Fit(table, split, [0, 2], new() { Seed = 4 });
        TrainingResult expected = NetworkTrainer.Train(table, split, [0, 2], Short with { Seed = 4 });
        CollectionAssert.AreEqual(expected.Network.Parameters, fit.Models[0].Model.Network().Parameters);
        CollectionAssert.AreEqual(new[] { 0, 2 }, fit.Models[0].Served.ToArray());
        Assert.AreEqual(expected.BestEpoch, fit.BestEpoch);
        Assert.AreEqual(expected.StopReason, fit.StopReason);
    }

    [TestMethod]
    public void Settings_EveryOptionThatDecidesTheBits_IsSaid()
    {
        string[] run = [nameof(TrainingOptions.Seed), nameof(TrainingOptions.Threads),
            nameof(TrainingOptions.Progress), nameof(TrainingOptions.Checkpoint),
            nameof(TrainingOptions.CheckpointSteps)];
        string usual = TrainingSettings.Of(Short);
        foreach (PropertyInfo option in typeof(TrainingOptions).GetProperties().Where(p => p.CanWrite))
        {
            if (run.Contains(option.Name))
                continue;
            TrainingOptions changed = Short with { };
            option.SetValue(changed, Other(option.GetValue(changed), option.PropertyType));
            Assert.AreNotEqual(usual, TrainingSettings.Of(changed), $"{option.Name} is not in the settings");
        }
    }

    [TestMethod]
    public void Constructor_CheckpointOfASingleNetwork_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() =>
            new SharedBottomLearner(Short with { Checkpoint = _ => { } })).Message, "ICheckpointStore");

    [TestMethod]
    public void Score_ScoresAndRaw_AreTheSameBitsTogetherAndAlone()
    {
        TaskTable table = Problems.Mixed();
        var network = SharedBottomNetwork.Initialize(new NetworkShape(table.FeatureCount, [7], table.Tasks), 3);
        network = new SharedBottomNetwork(network.Shape, network.Parameters, [0, 0, 5], [1, 1, 3]);
        int rows = Math.Min(300, table.RowCount), outputs = network.OutputCount;
        float[] scores = new float[rows * outputs], raw = new float[rows * outputs], alone = new float[rows * outputs];
        network.Score(table.Features.ToArray(), rows, scores, raw, threads: 2);
        network.Score(table.Features.ToArray(), rows, alone, []);
        CollectionAssert.AreEqual(alone, scores);
        network.Score(table.Features.ToArray(), rows, [], alone);
        CollectionAssert.AreEqual(alone, raw);
        for (int row = 0; row < rows; row++)
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-raw[row * outputs])), scores[row * outputs], 1e-6);
            Assert.AreEqual(scores[row * outputs + 4], raw[row * outputs + 4]);
            double sum = Enumerable.Range(1, 3).Sum(k => Math.Exp(raw[row * outputs + k]));
            for (int k = 1; k <= 3; k++)
                Assert.AreEqual(Math.Exp(raw[row * outputs + k]) / sum, scores[row * outputs + k], 1e-6);
        }
    }

    private static object Other(object? value, Type type) => value switch
    {
        float v => v + 0.25f,
        int v => v + 1,
        bool v => !v,
        Enum v => Enum.GetValues(v.GetType()).Cast<object>().First(o => !o.Equals(v)),
        TaskWeighting => new InverseNorm(),
        ITrainingEngine => new DoubleEngine(),
        TaskSampling => TaskSampling.Unmixed,
        IReadOnlyList<int> v => (int[])[.. v, 3],
        null when type == typeof(MultiTaskModel) => Initial(),
        null when Nullable.GetUnderlyingType(type) is { } inner =>
            Convert.ChangeType(2, inner, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"Say here how an option of type {type} becomes another"),
    };

    private static MultiTaskModel Initial()
    {
        TaskTable table = Problems.Mixed();
        return new MultiTaskModel(table.Tasks, TaskGrouping.All(table.Tasks.Count),
            [SharedBottomNetwork.Initialize(new NetworkShape(table.FeatureCount, [7], table.Tasks), 3)]);
    }
}
