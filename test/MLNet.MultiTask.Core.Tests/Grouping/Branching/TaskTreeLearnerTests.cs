using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests.Persistence;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Grouping.Branching;

[TestClass]
public sealed class TaskTreeLearnerTests
{
    private static readonly TrainingOptions s_short =
        new() { Hidden = [12, 8], MaxEpochs = 25, BatchSize = 32, LearningRate = 5e-3f };

    [TestMethod]
    public void Fit_GivenTree_LearnsAndGivesSameBitsOnAnyThreads()
    {
        TaskTable table = Problems.Mixed(300);
        var learner = new TaskTreeLearner(new() { Tree = TaskTree.Parse("0,1,2/0,2|1"), Training = s_short });
        GroupFit fit = Fit(learner, table, 1);
        Assert.IsLessThan(0.6, fit.Epochs[fit.BestEpoch - 1].ValidationLoss);
        Assert.AreEqual("0,1,2/0,2|1", Network(fit).Tree.ToString());
        CollectionAssert.AreEqual(Network(fit).Parameters, Network(Fit(learner, table, 2)).Parameters);
        CollectionAssert.AreEqual(Network(fit).Parameters, Network(Fit(learner, table, 5)).Parameters);
    }

    // A tree that is divided from the features up takes the steps of the groups' own networks, whose losses weigh less
    // by the share of the tasks (the step of AdamW does not depend on that), and keeps every part from its own best
    // epoch.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fit_DividedFromTheFeatures_IsTheGroupsOwnNetworks(bool layerNorm)
    {
        TaskTable table = Problems.Mixed(200, missing: 0);
        TrainingOptions training = s_short with { MaxEpochs = 12, Patience = 2, LayerNorm = layerNorm };
        TaskGrouping groups = TaskGrouping.Parse("0,2|1");
        IGroupModel tree = Fit(new TaskTreeLearner(new()
        {
            Tree = TaskTree.Split(groups, 2, 0), Training = training,
        }), table, 2).Models[0].Model;
        MultiTaskModel flat = SharedBottomLearner.TrainGroups(table, Problems.Split(table), groups, training).Model;
        float[] expected = new float[200 * 5], actual = new float[200 * 5];
        flat.Score(table.Features.ToArray(), 200, expected, 1);
        tree.Score(table.Features.ToArray(), 200, actual, []);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 3e-3, $"score {i}");
    }

    [TestMethod]
    public void Fit_PerTaskStopping_ServesEveryTaskFromItsBestEpoch()
    {
        TaskTable table = Problems.Mixed(200);
        GroupFit fit = Fit(new TaskTreeLearner(new()
        {
            Tree = TaskTree.Parse("0,1,2/0|1,2"), Training = s_short with { EarlyStopping = EarlyStopping.PerTask },
        }), table, 2);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, fit.Models.SelectMany(m => m.Served).Order().ToArray());
    }

    [TestMethod]
    public void Fit_GroupOfTheTable_TrainsThePartOfTheTree()
    {
        TaskTable table = Problems.Mixed(150);
        GroupFit fit = new TaskTreeLearner(new() { Tree = TaskTree.Parse("0,1,2/0|1|2"), Training = s_short })
            .Fit(table, Problems.Split(table), [0, 2], new LearnerRun { Threads = 1 });
        Assert.AreEqual("0,1/0|1", Network(fit).Tree.ToString());
        CollectionAssert.AreEqual(new[] { "bin", "value" }, fit.Models[0].Model.Tasks.Select(t => t.Name).ToArray());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Save_Load_ScoresTheSameBits(bool layerNorm)
    {
        TaskTable table = Problems.Mixed(120);
        GroupFit fit = Fit(new TaskTreeLearner(new()
        {
            Tree = TaskTree.Parse("0,1,2/0,2|1"), Training = s_short with { MaxEpochs = 3, LayerNorm = layerNorm },
        }), table, 2);
        var model = new MultiTaskModel(table.Tasks, TaskGrouping.All(3), [fit.Models[0].Model]);
        IGroupModel loaded = ModelFile.Load(new MemoryStream(TestModels.Bytes(model))).Model.Models[0];
        Assert.AreEqual("0,1,2/0,2|1", ((TaskTreeNetwork)loaded).Tree.ToString());
        float[] expected = new float[120 * 5], actual = new float[120 * 5];
        fit.Models[0].Model.Score(table.Features.ToArray(), 120, expected, []);
        loaded.Score(table.Features.ToArray(), 120, actual, [], 3);
        CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Score_RowsTogetherAndAlone_AreTheSameBits()
    {
        TaskTable table = Problems.Mixed(150);
        IGroupModel model = Fit(new TaskTreeLearner(new()
        {
            Tree = TaskTree.Parse("0,1,2/0|1|2"), Training = s_short with { MaxEpochs = 4 },
        }), table, 2).Models[0].Model;
        float[] scores = new float[150 * 5], raw = new float[150 * 5], one = new float[5];
        model.Score(table.Features.ToArray(), 150, scores, raw, 2);
        for (int row = 0; row < 150; row++)
        {
            model.Score(table.FeatureRow(row), 1, one, []);
            CollectionAssert.AreEqual(scores[(row * 5)..(row * 5 + 5)], one);
            Assert.AreEqual(1 / (1 + Math.Exp(-raw[row * 5])), one[0], 1e-6);
            Assert.AreEqual(1, one[1] + one[2] + one[3], 1e-5);
        }
    }

    [TestMethod]
    public void Fit_Interrupted_GoesOnToTheSameBits()
    {
        TaskTable table = Problems.Mixed(200);
        var learner = new TaskTreeLearner(new() { Tree = TaskTree.Parse("0,1,2/0,2|1"), Training = s_short });
        float[] expected = Network(Fit(learner, table, 1)).Parameters;
        string folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        try
        {
            var store = new CheckpointFolder(folder, resume: true, steps: 5);
            using var source = new CancellationTokenSource();
            var run = new LearnerRun
            {
                Checkpoints = store, Progress = new Stopper(source), CancellationToken = source.Token,
            };
            Assert.ThrowsExactly<OperationCanceledException>(() =>
                learner.Fit(table, Problems.Split(table), [0, 1, 2], run));
            GroupFit resumed = learner.Fit(table, Problems.Split(table), [0, 1, 2], new() { Checkpoints = store });
            CollectionAssert.AreEqual(expected, Network(resumed).Parameters);
            var other = new TaskTreeLearner(new() { Tree = TaskTree.Parse("0,1,2/0|1,2"), Training = s_short });
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => other.Fit(table, Problems.Split(table),
                [0, 1, 2], new() { Checkpoints = store })).Message,
                "'tree 0,1,2/0,2|1', this one 'tree 0,1,2/0|1,2'");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [TestMethod]
    public void Fit_PlantedGroups_AreFoundByEveryLayersGradients()
    {
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(new() { Rows = 500, Seed = 3 });
        GroupFit fit = new TaskTreeLearner(new() { Branches = [1, 3], Bases = 2, Training = new() { MaxSteps = 400 } })
            .Fit(table,
            RowSplit.Random(500, 0.25, 1), [.. Enumerable.Range(0, 12)], new LearnerRun());
        Assert.AreEqual(TaskTree.Split(planted, 2, 1), Network(fit).Tree);
        StringAssert.StartsWith(fit.Notes[^1], "Shared layers: g0t0, g0t1");
    }

    [TestMethod]
    public void Fit_NothingGiven_TriesTreesFromShareAllToShareNothing()
    {
        TaskTable table = Problems.Mixed(150);
        GroupFit fit = Fit(new TaskTreeLearner(new() { Bases = 2, Training = s_short }), table, 2);
        StringAssert.Contains(fit.Notes[^1], "relative validation losses: 0,1,2/0,1,2 ");
        double[] losses = [.. fit.Notes[^1].Split("losses: ")[1].Split(", ").Select(part =>
            double.Parse(part.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.IsGreaterThan(1, losses.Length);
        Assert.AreEqual(losses.Min(), fit.Epochs[fit.BestEpoch - 1].ValidationLoss, 1e-3);
    }

    [TestMethod]
    public void Fit_OneTaskOrTwo_NeedsNoGradients()
    {
        TaskTable table = Problems.Mixed(150);
        var learner = new TaskTreeLearner(new() { Training = s_short with { MaxEpochs = 2 } });
        GroupFit one = learner.Fit(table, Problems.Split(table), [1], new LearnerRun { Threads = 1 });
        Assert.AreEqual("0/0", Network(one).Tree.ToString());
        GroupFit two = learner.Fit(table, Problems.Split(table), [0, 1], new LearnerRun { Threads = 1 });
        StringAssert.Contains(two.Notes[^1], "0,1/0,1 ");
        StringAssert.Contains(two.Notes[^1], "0|1/0|1 ");
    }

    [TestMethod]
    [DataRow("sam")]
    [DataRow("group-updates")]
    [DataRow("auto-lambda")]
    public void Validate_BadOptions_NamesAllAtOnce(string weighting)
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => new TaskTreeLearner(new()
        {
            Bases = 0, Branches = [3, 2], Tree = TaskTree.Parse("0,1"),
            Training = new() { LinearSkip = true, Weighting = TaskWeightings.Parse(weighting) },
        })).Message;
        foreach (string part in (string[])["Training.LinearSkip is True, but must be false: the heads of a tree",
            $"Training.Weighting is {TaskWeightings.Parse(weighting)}, but must be another, such as equal: the " +
            "steps that this one makes are for shared-bottom networks alone",
            "Bases is 0, but must be at least 1", "Tree is 0,1, but must be 2 levels, one per hidden layer",
            "Branches is 3, 2, but must be null where Tree is given"])
            StringAssert.Contains(message, part);
    }

    [TestMethod]
    public void Fit_TreeOverOtherTasks_SaysHowMany() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Fit(new TaskTreeLearner(new()
        {
            Tree = TaskTree.Parse("0,1/0|1"), Training = s_short,
        }), Problems.Mixed(50), 1)).Message, "The tree '0,1/0|1' is over 2 tasks; the table has 3");

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Below_SecondLayer_GoesOnWhereTheNetworkStopped(bool layerNorm)
    {
        TaskTable table = Problems.Mixed(40);
        SharedBottomNetwork network =
            SharedBottomNetwork.Initialize(new NetworkShape(5, [7, 6, 4], table.Tasks, layerNorm), 2);
        float[] expected = new float[40 * 5], actual = new float[40 * 5];
        network.Forward(table.Features.ToArray(), 40, expected);
        for (int l = 0; l < 3; l++)
        {
            LayerAffinities.From(network, l).Forward(LayerAffinities.Below(network, l, table).Features.ToArray(), 40,
                actual);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-6, $"layer {l}");
        }
    }

    private static GroupFit Fit(TaskTreeLearner learner, TaskTable table, int threads) => learner.Fit(table,
        Problems.Split(table), [.. Enumerable.Range(0, table.Tasks.Count)], new LearnerRun { Threads = threads });

    private static TaskTreeNetwork Network(GroupFit fit) => (TaskTreeNetwork)fit.Models[0].Model;

    private sealed class Stopper(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == 11)
                source.Cancel();
        }
    }
}
