using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Training.Managed;

namespace MLNet.MultiTask.Tests.Training;

/// <summary>Training on the cells that deviate from the usual, against training on all cells.</summary>
[TestClass]
public sealed class SparseInputTests
{
    public static IEnumerable<object[]> Networks =>
        from hidden in new[] { Array.Empty<int>(), [7], [64, 32], [100, 20], [150] }
        from layerNorm in hidden.Length == 0 ? [false] : new[] { false, true }
        from linearSkip in hidden.Length == 0 ? [false] : new[] { false, true }
        select new object[] { hidden, layerNorm, linearSkip };

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Run_Indicators_GivesTheBitsOfAllCells(int[] hidden, bool layerNorm, bool linearSkip)
    {
        TaskTable table = Problems.Indicators(400, 130, 0.07);
        float[] expected = Steps(table, hidden, layerNorm, linearSkip, 1, false);
        foreach (int threads in new[] { 1, 2, 3, 8 })
            CollectionAssert.AreEqual(expected, Steps(table, hidden, layerNorm, linearSkip, threads, true),
                $"{threads} threads");
    }

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void ComputeGradient_StandardisedIndicators_AgreesWithAllCells(int[] hidden, bool layerNorm, bool linearSkip)
    {
        TaskTable table = Problems.Indicators(400, 130, 0.07, standardised: true);
        (float[] all, double allLoss) = Gradient(table, hidden, layerNorm, linearSkip, 1, false);
        (float[] sparse, double loss) = Gradient(table, hidden, layerNorm, linearSkip, 1, true);
        Assert.AreEqual(allLoss, loss, 1e-5);
        for (int i = 0; i < all.Length; i++)
            Assert.AreEqual(all[i], sparse[i], 2e-5f * (1 + Math.Abs(all[i])), $"parameter {i}");
        foreach (int threads in new[] { 2, 3, 8 })
            CollectionAssert.AreEqual(sparse, Gradient(table, hidden, layerNorm, linearSkip, threads, true).Gradient);
    }

    [TestMethod]
    public void Train_SparseTable_ResumesToTheSameBits()
    {
        TaskTable table = Problems.Indicators(300, 80, 0.06, standardised: true);
        Assert.IsNotNull(table.Features.Sparse);
        var options = new TrainingOptions { Hidden = [20], LinearSkip = true, MaxEpochs = 6, BatchSize = 32,
            Dropout = 0.2f };
        TrainingCheckpoint? third = null;
        TrainingResult expected = NetworkTrainer.Train(table, Problems.Split(table), [0, 1], options with
        {
            Checkpoint = c => third = c.Epochs.Count == 3 ? c : third,
        });
        TrainingResult resumed = NetworkTrainer.Resume(table, Problems.Split(table), [0, 1], third!, options);
        CollectionAssert.AreEqual(expected.Network.Parameters, resumed.Network.Parameters);
        // What training sees as validation loss is what the network scores.
        Assert.AreEqual(DoubleNetwork.Loss(new TrainingProblem(table, Problems.Split(table), [0, 1]),
            expected.Network.Shape, [.. expected.Network.Parameters], Problems.Split(table).Validation),
            expected.Epochs[expected.BestEpoch - 1].TaskValidationLosses.Average(), 1e-5);
    }

    [TestMethod]
    public void Run_SparseInSteadyState_AllocatesNothing()
    {
        TaskTable table = Problems.Indicators(300, 80, 0.06, standardised: true);
        using TrainingStep step = Step(table, [64, 32], false, true, 2, true, 0);
        int[] rows = [.. Enumerable.Range(0, 128)];
        long allocated = long.MaxValue;
        for (int round = 0; round < 50 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
                step.Run(rows, 1);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.AreEqual(0, allocated);
    }

    private static float[] Steps(TaskTable table, int[] hidden, bool layerNorm, bool linearSkip, int threads,
        bool sparse)
    {
        using TrainingStep step =
            Step(table, hidden, layerNorm, linearSkip, threads, sparse, hidden.Length == 0 ? 0 : 0.2f);
        var order = new RandomStream(2, "rows").Permutation(table.RowCount);
        for (int i = 0; i < 12; i++)
            step.Run(order.AsSpan(i % 3 * 130, 130), 1);
        var state = step.Save().Optimizer;
        return [.. state.Parameters, .. state.FirstMoments, .. state.SecondMoments];
    }

    private static (float[] Gradient, double Loss) Gradient(TaskTable table, int[] hidden, bool layerNorm,
        bool linearSkip, int threads, bool sparse)
    {
        using TrainingStep step = Step(table, hidden, layerNorm, linearSkip, threads, sparse, 0);
        var gradient = new float[step.Save().Optimizer.Parameters.Length];
        step.ComputeGradient([.. Enumerable.Range(100, 130)], gradient);
        return (gradient, MultiTaskLoss.Total(table.Tasks, step.Losses, step.WeightSums));
    }

    private static TrainingStep Step(TaskTable table, int[] hidden, bool layerNorm, bool linearSkip, int threads,
        bool sparse,
        float dropout)
    {
        Assert.IsNotNull(table.Features.Sparse);
        var shape = new NetworkShape(table.FeatureCount, hidden, table.Tasks, layerNorm, linearSkip);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, table.RowCount)], []), [0, 1]);
        var options = new TrainingOptions { Threads = threads, Dropout = dropout, LearningRate = 0.01f };
        float[] parameters = SharedBottomNetwork.Initialize(shape, 4).Parameters;
        var random = new RandomStream(4, "skip");
        if (linearSkip)
            foreach (ref float p in parameters.AsSpan(^(shape.OutputCount * shape.FeatureCount)..))
                p = 0.2f * random.NextSingle() - 0.1f;
        return new TrainingStep(problem,
            new ManagedNetwork(problem, shape, parameters, options.EngineSettings(), 130, sparse), options);
    }
}
