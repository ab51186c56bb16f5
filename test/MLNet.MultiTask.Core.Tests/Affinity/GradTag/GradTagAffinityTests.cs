using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class GradTagAffinityTests
{
    private static readonly GradTagOptions s_quick = new()
    {
        Stage = BaseStage.BestValidation,
        Bases = 1,
        Subsets = 0,
        FineTuningEpochs = 3,
        Training = new() { Hidden = [12, 8], MaxEpochs = 4, Patience = null },
        Seed = 2,
    };

    [TestMethod]
    [DataRow(SubsetEvaluation.Forward, 2ul)]
    [DataRow(SubsetEvaluation.Quadratic, 3ul)]
    public void Estimate_PlantedGroups_TheDensestPartitionIsThePlantedOne(SubsetEvaluation evaluation, ulong seed)
    {
        (TaskTable table, TaskGrouping planted) =
            MultiTabBench.Generate(new() { Rows = 2000, GroupSizes = [3, 3, 3], Seed = seed });
        var options = new GradTagOptions { BaseEpochs = 4, Bases = 4, Lambda = 100, Evaluation = evaluation };
        TaskAffinity affinity = new GradTagAffinity(options).Estimate(table, RowSplit.Random(table.RowCount, 0.25, 1));
        Assert.AreEqual(planted, DensestPartition(affinity, 3));
    }

    // All assignments of n tasks to k groups, by the average-density objective.
    private static TaskGrouping DensestPartition(TaskAffinity affinity, int groups)
    {
        int n = affinity.Count;
        var group = new int[n];
        (double Density, TaskGrouping? Grouping) best = (double.NegativeInfinity, null);
        for (int code = 0; code < Math.Pow(groups, n - 1); code++)
        {
            for (int t = 1, rest = code; t < n; t++, rest /= groups)
                group[t] = rest % groups;
            double density = 0;
            for (int g = 0; g < groups; g++)
            {
                double sum = 0;
                int size = 0;
                for (int i = 0; i < n; i++)
                    if (group[i] == g)
                    {
                        size++;
                        for (int j = 0; j < n; j++)
                            sum += group[j] == g ? affinity[i, j] : 0;
                    }
                density = size == 0 ? double.NegativeInfinity : density + sum / size;
            }
            if (density > best.Density)
                best = (density, TaskGrouping.FromAssignment(group));
        }
        return best.Grouping!;
    }

    [TestMethod]
    public void Estimate_AnyNumberOfThreads_SameBits()
    {
        TaskTable table = AffinityFixture.Mixed(300);
        RowSplit split = RowSplit.Random(300, 0.3, 1);
        double[] Values(int threads) =>
            [.. new GradTagAffinity(s_quick with { Bases = 3, Threads = threads }).Estimate(table, split).Values];
        double[] one = Values(1);
        CollectionAssert.AreEqual(one, Values(2));
        CollectionAssert.AreEqual(one, Values(8));
    }

    [TestMethod]
    public void Estimate_TasksReordered_AffinityIsReorderedAlike()
    {
        TaskTable table = AffinityFixture.Mixed(300);
        int[] order = [2, 0, 3, 1];
        float[] labels = [.. Enumerable.Range(0, 300).SelectMany(r => order.Select(t => table.Label(r, t)))];
        float[] weights = [.. Enumerable.Range(0, 300).SelectMany(r => order.Select(t => table.Weights![r * 4 + t]))];
        var moved =
            new TaskTable(table.Features, [.. order.Select(t => table.Tasks[t])], labels, weights);
        RowSplit split = RowSplit.Random(300, 0.3, 1);
        TaskAffinity one = new GradTagAffinity(s_quick).Estimate(table, split),
            other = new GradTagAffinity(s_quick).Estimate(moved, split);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                Assert.AreEqual(one[order[i], order[j]], other[i, j], 0.02);
    }

    [TestMethod]
    public void Estimate_Diagnostics_TellTheStepAndTheErrorOfLinearising()
    {
        TaskTable table = AffinityFixture.Mixed(300);
        TaskAffinity affinity = new GradTagAffinity(s_quick).Estimate(table, RowSplit.Random(300, 0.3, 1));
        Assert.IsTrue(affinity.Diagnostics["relativeStep"] is > 0 and < 1);
        Assert.IsTrue(affinity.Diagnostics["linearizationError"] is > 0 and < 0.5);
        Assert.IsTrue(affinity.Diagnostics["minimumPairCount"] >= 2);
        CollectionAssert.AreEqual(new[] { "baseNetworks", "linearization", "calibration", "stageComparison", "subsets",
            "linearizationError" }, affinity.PhaseSeconds.Keys.ToArray());
        Assert.IsTrue(affinity.PhaseSeconds.Values.All(seconds => seconds > 0));
    }

    [TestMethod]
    public void LinearizationError_StepsTenTimesSmaller_FallsMuchMoreThanAHundredTimes()
    {
        TaskTable table = AffinityFixture.Mixed(300);
        GradTagModel model = GradTagModel.Fit(table, RowSplit.Random(300, 0.3, 1), s_quick, CancellationToken.None);
        double Error(double? radius) => LinearizationError.Of(model.Bases[0], [[0, 1], [1, 2, 3]],
            model.Length, radius);
        // Squared, the change of the outputs itself falls a hundred times; what linearising leaves out is of higher
        // order.
        Assert.IsTrue(Error(0.1) > 0 && Error(0.01) < 4e-3 * Error(0.1), $"{Error(0.1)}, {Error(0.01)}");
        Assert.IsTrue(Error(null) < Error(0.5));
    }

    [TestMethod]
    public void PredictGroup_VanishingStep_GivesTheLossOfTheBaseNetwork()
    {
        TaskTable table = AffinityFixture.Mixed(300);
        RowSplit split = RowSplit.Random(300, 0.3, 1);
        TaskAffinity affinity = new GradTagAffinity(s_quick with { Lambda = 1e9 }).Estimate(table, split);
        GradTagModel model = GradTagModel.Fit(table, split, s_quick, CancellationToken.None);
        double[] predicted = affinity.PredictGroup!([0, 2]);
        Assert.AreEqual(model.Bases[0].Losses[0], predicted[0], 1e-6);
        Assert.AreEqual(model.Bases[0].Losses[2], predicted[1], 1e-6);
    }

    [TestMethod]
    public void At_StepAThousandTimesSmaller_FirstOrderErrorVanishesFaster()
    {
        TaskTable table = AffinityFixture.Mixed(300);
        RowSplit split = RowSplit.Random(300, 0.3, 1);
        LinearizedNetwork one = GradTagModel.Fit(table, split, s_quick with { Evaluation = SubsetEvaluation.Quadratic },
            CancellationToken.None).Bases[0];
        SubsetStep step = one.Step([0, 1, 2], new StepLength(null, 3));
        float[][] w = [.. step.Heads!.Select(h => step.Trunk.Concat(h).ToArray()), step.Trunk];
        double[] start = ReferenceNetwork.Parameters(one.Network),
            end = ReferenceNetwork.Parameters(one.At([0, 1, 2], step));
        double Error(double scale)
        {
            double[] parameters = [.. start.Zip(end, (a, b) => a + scale * (b - a))];
            return Enumerable.Range(0, 4)
                .Sum(t => Math.Abs(ReferenceNetwork.MeanLoss(one.Network, parameters, table, split.Validation, t)
                - ReferenceNetwork.MeanLoss(one.Network, start, table, split.Validation, t)
                + scale * one.Validation!.Gradients[t].Zip(w[t], (c, v) => (double)c * v).Sum()));
        }
        // An error of first order would shrink a thousandfold; units that switch on keep it from shrinking a full
        // millionfold.
        Assert.IsTrue(Error(1e-3) < 1e-4 * Error(1), $"{Error(1)} at the whole step, {Error(1e-3)} at a thousandth");
    }

    [TestMethod]
    public void Estimate_OneTask_IsOneZero()
    {
        TaskTable table = AffinityFixture.Mixed(200);
        var single = new TaskTable(table.Features, [table.Tasks[0]],
            [.. Enumerable.Range(0, 200).Select(r => table.Label(r, 0))]);
        TaskAffinity affinity = new GradTagAffinity(s_quick).Estimate(single, RowSplit.Random(200, 0.3, 1));
        Assert.AreEqual(1, affinity.Count);
        Assert.AreEqual(0, affinity[0, 0]);
    }

    [TestMethod]
    public void Estimate_TaskAbsentFromValidation_NamesTheTask()
    {
        TaskTable table = AffinityFixture.Mixed(100);
        float[] labels = [.. table.Labels];
        for (int row = 70; row < 100; row++)
            labels[row * 4 + 1] = float.NaN;
        var holes = new TaskTable(table.Features, table.Tasks, labels);
        var split = new RowSplit([.. Enumerable.Range(0, 70)], [.. Enumerable.Range(70, 30)]);
        var error = Assert.ThrowsExactly<ArgumentException>(() => new GradTagAffinity(s_quick).Estimate(holes, split));
        StringAssert.Contains(error.Message, "Task 'class' has no observed label in the 30 validation rows");
    }

    [TestMethod]
    public void Estimate_Cancelled_Throws()
    {
        TaskTable table = AffinityFixture.Mixed(300);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => new GradTagAffinity(s_quick)
            .Estimate(table, RowSplit.Random(300, 0.3, 1), source.Token));
    }

    [TestMethod]
    public void Estimate_SubsetLargerThanTheTasks_SaysSo()
    {
        TaskTable table = AffinityFixture.Mixed(100);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new GradTagAffinity(s_quick with { SubsetSize = 5 }).Estimate(table, RowSplit.Random(100, 0.3, 1)));
        StringAssert.Contains(error.Message, "SubsetSize is 5");
    }

    [TestMethod]
    public void Validate_NegativeLambda_NamesRangeAndValue()
    {
        var error =
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GradTagOptions { Lambda = -1 }.Validate());
        StringAssert.Contains(error.Message, "Lambda must be positive and finite");
    }
}
