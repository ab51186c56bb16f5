using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>What holds for every estimator.</summary>
[TestClass]
public sealed class AffinityPropertiesTests
{
    private static readonly TrainingOptions s_short =
        new() { Hidden = [12, 8], MaxEpochs = 4, Patience = null, BatchSize = 32, Seed = 3 };

    public static IEnumerable<object[]> MethodsAndNetworks =>
        from method in AffinityMethods.All
        from layerNorm in new[] { false, true }
        select new object[] { method.Name, layerNorm };

    public static IEnumerable<object[]> Methods => AffinityMethods.All.Select(m => new object[] { m.Name });

    [TestMethod]
    [DynamicData(nameof(MethodsAndNetworks))]
    public void Estimate_MixedTasksWithMissingLabels_FiniteOfRightShapeAndNamed(string method, bool layerNorm)
    {
        TaskTable table = AffinityFixture.Mixed(200);
        ITaskAffinityEstimator estimator = AffinityMethods.Create(method, s_short with { LayerNorm = layerNorm });
        TaskAffinity affinity = estimator.Estimate(table, RowSplit.Random(200, 0.3, 1));
        CollectionAssert.AreEqual(table.Tasks.Select(t => t.Name).ToArray(), affinity.TaskNames.ToArray());
        Assert.AreEqual(estimator.Name, affinity.Method);
        Assert.AreEqual(16, affinity.Values.Length);
        Assert.IsTrue(affinity.Values.ToArray().Distinct().Count() > 3, "an affinity tells pairs apart");
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_AnyNumberOfThreads_SameBits(string method)
    {
        TaskTable table = AffinityFixture.Mixed(200);
        RowSplit split = RowSplit.Random(200, 0.3, 1);
        double[] Values(int threads) =>
            [.. AffinityMethods.Create(method, s_short with { Threads = threads }).Estimate(table, split).Values];
        CollectionAssert.AreEqual(Values(1), Values(2));
    }

    // Sums over tasks run in another order, so weights differ by rounding, which training amplifies.
    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_TasksReordered_AffinityIsReorderedAlike(string method)
    {
        TaskTable table = AffinityFixture.Mixed(200);
        int[] order = [2, 0, 3, 1];
        var moved = new TaskTable(table.Features, [.. order.Select(t => table.Tasks[t])],
            [.. Enumerable.Range(0, 200).SelectMany(r => order.Select(t => table.Label(r, t)))],
            [.. Enumerable.Range(0, 200).SelectMany(r => order.Select(t => table.Weights![r * 4 + t]))]);
        RowSplit split = RowSplit.Random(200, 0.3, 1);
        ITaskAffinityEstimator estimator = AffinityMethods.Create(method, s_short);
        TaskAffinity one = estimator.Estimate(table, split), other = estimator.Estimate(moved, split);
        double scale = one.Values.ToArray().Max(Math.Abs);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                Assert.AreEqual(one[order[i], order[j]], other[i, j], 2e-3 * scale, $"{order[i]} from {order[j]}");
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_EveryRowLabelsOneTask_WorksOrSaysWhyNot(string method)
    {
        TaskTable table = OneTaskPerRow(240);
        ITaskAffinityEstimator estimator = AffinityMethods.Create(method, s_short);
        RowSplit split = RowSplit.Random(240, 0.3, 1);
        if (method is "label-correlation" or "data-maps")
        {
            string message = Assert.ThrowsExactly<ArgumentException>(() => estimator.Estimate(table, split)).Message;
            StringAssert.Contains(message, "training rows holds labels of two tasks");
        }
        else
        {
            Assert.AreEqual(16, estimator.Estimate(table, split).Values.Length);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_Cancelled_Throws(string method)
    {
        TaskTable table = AffinityFixture.Mixed(200);
        ITaskAffinityEstimator estimator = AffinityMethods.Create(method, s_short);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        try
        {
            estimator.Estimate(table, RowSplit.Random(200, 0.3, 1), cancelled.Token);
            Assert.Fail("A cancelled estimate returned");
        }
        catch (OperationCanceledException)
        {
        }
    }

    [TestMethod]
    public void All_EveryEstimatorOfTheAssembly_IsRegistered()
    {
        // Grad-TAG in rounds needs a solver that says when to stop; the catalog has it.
        Type[] others = [typeof(AdaptiveGradTagAffinity)];
        string[] built = [.. typeof(AffinityMethods).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsInterface: false, IsPublic: true }
                && typeof(ITaskAffinityEstimator).IsAssignableFrom(t)).Except(others).Select(t => t.Name).Order()];
        CollectionAssert.AreEqual(built, AffinityMethods.All.Select(m => m.Create(s_short).GetType().Name).Distinct()
            .Order().ToArray());
    }

    [TestMethod]
    public void Create_UnknownName_ListsTheMethods()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() =>
            AffinityMethods.Create("magic", s_short)).Message;
        StringAssert.Contains(message, "no affinity method 'magic'");
        foreach (AffinityMethod method in AffinityMethods.All)
            StringAssert.Contains(message, method.Name);
    }

    private static TaskTable OneTaskPerRow(int rows)
    {
        TaskTable table = AffinityFixture.Mixed(rows);
        float[] labels = [.. table.Labels];
        for (int cell = 0; cell < labels.Length; cell++)
            if (cell % 4 != cell / 4 % 4)
                labels[cell] = float.NaN;
        return new TaskTable(table.Features, table.Tasks, labels);
    }
}
