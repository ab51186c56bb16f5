using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Tests.Trees;

[TestClass]
public class ForestTrainerTests
{
    private static readonly BoostedTreesOptions Small = new()
    {
        NumberOfTrees = 6, NumberOfLeaves = 7, LearningRate = 0.3, MinimumExampleCountPerLeaf = 5,
        MinimumChildWeight = 0,
    };

    [TestMethod]
    [DataRow(1, 0.0)]
    [DataRow(1, 0.3)]
    [DataRow(3, 0.0)]
    [DataRow(3, 0.4)]
    public void Train_AgainstExhaustiveSearch_AskTheSameQuestionsAndPredictTheSame(int tasks, double missing)
    {
        TaskInfo[] kinds = tasks == 1 ? [Problems.Binary] : [Problems.Binary, Problems.Classes, Problems.Value];
        TaskTable table = Rounded(Problems.Mixed(220, 4, missing, 3, kinds));
        AssertLikeReference(table, Small);
    }

    [TestMethod]
    public void Train_TasksOfDifferentWeight_WeighGainsAccordingly()
    {
        TaskTable table = Rounded(Problems.Mixed(200, 4, 0, 5,
            new TaskInfo("a", TaskKind.Regression, weight: 0.1f), new TaskInfo("b", TaskKind.Binary, weight: 3)));
        AssertLikeReference(table, Small);
    }

    [TestMethod]
    public void Train_MoreRowsThanHistogramsAreMadeAnewFor_LikeExhaustiveSearch()
    {
        TaskTable table = Rounded(
            Problems.Mixed(LeafSearch.KeptRows + 2500, 3, 0.1, 4, Problems.Value, Problems.Binary));
        AssertLikeReference(table, Small with { NumberOfTrees = 2, NumberOfLeaves = 6 }, everyRow: false);
    }

    [TestMethod]
    public void Train_FewerLeaves_AsksTheFirstQuestionsOfManyLeaves()
    {
        // Histograms are given up sooner where fewer splits are left; what is found must not depend on it.
        TaskTable table = Problems.Mixed(12 * LeafSearch.KeptRows, 5, 0.1, 6, Problems.Value, Problems.Binary);
        Tree many = First(40);
        foreach (int leaves in (int[])[2, 5, 9, 14])
        {
            Tree few = First(leaves);
            Assert.HasCount(leaves - 1, few.Nodes);
            CollectionAssert.AreEqual(many.Gains[..(leaves - 1)], few.Gains);
            CollectionAssert.AreEqual(many.Nodes[..(leaves - 1)].Select(Question).ToArray(),
                few.Nodes.Select(Question).ToArray());
        }

        Tree First(int leaves) => ForestTrainer.Train(table, new RowSplit([.. Enumerable.Range(0, table.RowCount)], []),
            [0, 1], Small with { NumberOfTrees = 1, NumberOfLeaves = leaves, EarlyStoppingRound = null },
            new LearnerRun { Threads = 2 }).Forest.Trees[0];

        static (int, float, bool) Question(TreeNode node) => (node.Feature, node.Threshold, node.MissingLeft);
    }

    [TestMethod]
    public void Evaluate_ARegisterOfTasksAtATime_MeansOfTheCellsLosses()
    {
        TaskTable table = Problems.Mixed(300, 4, 0.3, 3, [.. Enumerable.Range(0, 14).Select(t => new TaskInfo($"t{t}",
            t == 12 ? TaskKind.Regression : TaskKind.Binary))]);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 300)], []),
            [.. Enumerable.Range(0, 14).Reverse()]);
        var loss = new ForestLoss(problem);
        var random = new RandomStream(4, "outputs");
        float[] outputs = [.. Enumerable.Range(0, 300 * 14).Select(_ => 8 * (float)random.NextNormal())];
        double[] found = loss.Evaluate(problem.Train, outputs, 2);
        for (int t = 0; t < 14; t++)
        {
            double sum = 0, count = 0;
            for (int p = 0; p < problem.Train.Length; p++)
            {
                float label = table.Label(problem.Train[p], 13 - t), weight = table.Weight(problem.Train[p], 13 - t);
                if (!float.IsNaN(label))
                    (sum, count) = (sum + weight * loss.CellLoss(t, label, outputs.AsSpan(p * 14 + t, 1)),
                        count + weight);
            }
            Assert.AreEqual(sum / count, found[t], 1e-6 * sum / count);
        }
    }

    [TestMethod]
    public void Train_SparseFeatures_LikeExhaustiveSearch()
    {
        TaskTable table = Problems.Indicators(300, 70, 0.05);
        BinnedRows data = BinnedRows.Create(table, [.. Enumerable.Range(0, 300)], 255, 1);
        Assert.IsTrue(data.Blocks.All(b => b.Starts is not null));
        AssertLikeReference(table, Small with { NumberOfLeaves = 4 });
    }

    [TestMethod]
    [DataRow(SplitSketch.None)]
    [DataRow(SplitSketch.TopOutputs)]
    [DataRow(SplitSketch.RandomSampling)]
    [DataRow(SplitSketch.RandomProjection)]
    public void Train_OtherNumbersOfThreads_SameBits(SplitSketch sketch)
    {
        TaskTable table = Problems.Mixed(9000, 12, 0.2, 2, [.. Enumerable.Range(0, 9).Select(t =>
            new TaskInfo($"t{t}", t % 2 == 0 ? TaskKind.Binary : TaskKind.Regression))]);
        var options = Small with
        {
            Sketch = sketch, SketchDimension = 3, SubsampleFraction = 0.9, FeatureFraction = 0.8, NumberOfTrees = 4,
        };
        float[] one = Scores(table, options, 1), two = Scores(table, options, 2), five = Scores(table, options, 5);
        CollectionAssert.AreEqual(one, two);
        CollectionAssert.AreEqual(one, five);
    }

    [TestMethod]
    [DataRow(SplitSketch.TopOutputs)]
    [DataRow(SplitSketch.RandomSampling)]
    [DataRow(SplitSketch.RandomProjection)]
    public void Train_SketchOfCorrelatedOutputs_NearlyAsGoodAsAllGradients(SplitSketch sketch)
    {
        TaskTable table = Problems.Mixed(1500, 6, 0, 2, [.. Enumerable.Range(0, 20).Select(t =>
            new TaskInfo($"t{t}", TaskKind.Regression))]);
        var options = Small with { NumberOfTrees = 40, NumberOfLeaves = 15 };
        double full = ValidationLoss(table, options with { Sketch = SplitSketch.None });
        double sketched = ValidationLoss(table, options with { Sketch = sketch, SketchDimension = 5 });
        Assert.IsLessThan(1.25 * full, sketched);
        Assert.IsLessThan(0.4, sketched);
    }

    [TestMethod]
    public void Train_ValidationRows_EveryTaskKeepsItsBestNumberOfTrees()
    {
        TaskTable table = Problems.Mixed(400, 5, 0.1, 8, Problems.Value, Problems.Binary);
        RowSplit split = Problems.Split(table);
        var rounds = new List<TrainingProgress>();
        ForestResult result = ForestTrainer.Train(table, split, [0, 1],
            Small with { NumberOfTrees = 200, EarlyStoppingRound = 10 },
            new LearnerRun { Progress = new Listener(rounds) });
        Assert.AreEqual(StopReason.NoImprovement, result.StopReason);
        for (int t = 0; t < 2; t++)
        {
            int best = result.BestTrees[t];
            Assert.AreEqual(rounds.Take(best + 10).Min(r => r.TaskValidationLosses[t]), result.BestLosses[t]);
            Assert.AreEqual(rounds[best - 1].TaskValidationLosses[t], result.BestLosses[t]);
            IEnumerable<float> later = result.Forest.Trees.Skip(best)
                .SelectMany(tree => Enumerable.Range(0, tree.LeafCounts.Length).Select(l => tree.Leaf(l)[t]));
            Assert.IsTrue(later.All(v => v == 0));
        }
        Assert.AreEqual(result.BestTrees.Max(), result.Forest.TreeCount);
    }

    [TestMethod]
    public void Train_ConstantFeatures_PredictConstants()
    {
        TaskTable table = Problems.WithFeatures(Problems.Mixed(60, 2, 0, 1, Problems.Binary), Array.Clear);
        ForestResult result = ForestTrainer.Train(table, Problems.Split(table), [0], Small, new LearnerRun());
        Assert.AreEqual(StopReason.Completed, result.StopReason);
        Assert.AreEqual(0, result.Forest.TreeCount);
    }

    [TestMethod]
    public void Train_Cancelled_Ends()
    {
        TaskTable table = Problems.Mixed();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => ForestTrainer.Train(table, Problems.Split(table), [0, 1],
            Small, new LearnerRun { CancellationToken = source.Token }));
    }

    [TestMethod]
    public void Train_MoreOutputsThanASplitSearchSees_SaysWhatToDo()
    {
        TaskTable table = Problems.Mixed(40, 3, 0, 1,
            [.. Enumerable.Range(0, 300).Select(t => new TaskInfo($"t{t}", TaskKind.Regression))]);
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => ForestTrainer.Train(table,
            Problems.Split(table), Problems.AllTasks(table), Small with { Sketch = SplitSketch.None },
            new LearnerRun()));
        Assert.Contains("300 outputs cannot all be seen by the split search, at most 254; set Sketch to " +
            "RandomProjection", e.Message);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Train_MissingFeatures_LikeExhaustiveSearch(int seed)
    {
        TaskTable whole = Rounded(Problems.Mixed(240, 3, 0.1, (ulong)seed, Problems.Value, Problems.Binary));
        var random = new RandomStream((ulong)seed, "holes");
        AssertLikeReference(Problems.WithFeatures(whole, features =>
        {
            foreach (ref float x in features.AsSpan())
                x = random.NextDouble() < 0.2 ? float.NaN : x;
        }, allowMissing: true), Small);
    }

    internal static TaskTable Rounded(TaskTable table)
    {
        return Problems.WithFeatures(table, features =>
        {
            foreach (ref float x in features.AsSpan())
                x = MathF.Round(x * 8) / 8;
        });
    }

    private static void AssertLikeReference(TaskTable table, BoostedTreesOptions options, bool everyRow = true)
    {
        RowSplit split = Problems.Split(table, everyRow ? 0.25 : 0.1);
        int[] tasks = Problems.AllTasks(table);
        // Without rows that choose, all trees are kept.
        ForestResult result = ForestTrainer.Train(table, new RowSplit(split.Train, []), tasks,
            options with { Sketch = SplitSketch.None }, new LearnerRun());
        int[] train = [.. split.Train.Where(r => tasks.Any(t => table.IsObserved(r, t)))];
        var reference = new ReferenceForest(table, train, options);
        reference.Train(result.Forest.Start, result.Forest.TargetMeans, result.Forest.TargetScales);
        CollectionAssert.AreEqual(reference.Splits.Select(s => s.Feature).ToArray(),
            result.Forest.Trees.SelectMany(t => t.Nodes).Select(n => n.Feature).ToArray());
        int outputs = result.Forest.OutputCount;
        float[] raw = new float[table.RowCount * outputs];
        result.Forest.Score(table.Features.ToArray(), table.RowCount, [], raw);
        for (int r = 0; r < table.RowCount; r++)
            for (int t = 0, j = 0; t < tasks.Length; t++)
                for (int k = 0; k < table.Tasks[t].OutputCount; k++, j++)
                    Assert.AreEqual(
                        reference.Outputs[r][j] * result.Forest.TargetScales[t] + result.Forest.TargetMeans[t],
                        raw[r * outputs + j], 2e-4);
    }

    private static float[] Scores(TaskTable table, BoostedTreesOptions options, int threads)
    {
        ForestResult result = ForestTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table), options,
            new LearnerRun { Threads = threads });
        var scores = new float[table.RowCount * result.Forest.OutputCount];
        result.Forest.Score(table.Features.ToArray(), table.RowCount, scores, [], threads);
        return scores;
    }

    private static double ValidationLoss(TaskTable table, BoostedTreesOptions options) =>
        ForestTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table), options, new LearnerRun())
            .BestLosses.Average();

    private sealed class Listener(List<TrainingProgress> heard) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => heard.Add(value);
    }
}
