using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Affinity.Estimators;

[TestClass]
public class ForestAffinityTests
{
    [TestMethod]
    public void Estimate_CrossErrorOfTaskIndexedGroups_TellsThemApart() =>
        AssertGroups(new CrossErrorAffinity(), Indexed());

    [TestMethod]
    public void Estimate_SplitGainOfTaskIndexedGroups_TellsThemApart() =>
        AssertGroups(new SplitGainAffinity(), Indexed());

    [TestMethod]
    public void Estimate_CrossError_DiagonalIsWhatTheTaskExplainsItself()
    {
        TaskTable table = Indexed();
        TaskAffinity affinity = new CrossErrorAffinity().Estimate(table, Problems.Split(table, 0.3));
        for (int t = 0; t < table.Tasks.Count; t++)
            Assert.IsGreaterThan(0.3, affinity[t, t]);
    }

    [TestMethod]
    public void Estimate_CrossErrorOfDifferentKinds_IsZero()
    {
        TaskTable table = Problems.Mixed(300);
        TaskAffinity affinity = new CrossErrorAffinity().Estimate(table, Problems.Split(table));
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                if (i != j)
                    Assert.AreEqual(0, affinity[i, j]);
    }

    [TestMethod]
    public void Estimate_OtherNumbersOfThreads_SameBits()
    {
        TaskTable table = Indexed();
        CollectionAssert.AreEqual(new CrossErrorAffinity(new() { Threads = 1 })
            .Estimate(table, Problems.Split(table)).Values.ToArray(),
            new CrossErrorAffinity(new() { Threads = 4 }).Estimate(table, Problems.Split(table)).Values.ToArray());
    }

    private static void AssertGroups(ITaskAffinityEstimator estimator, TaskTable table)
    {
        TaskAffinity affinity = estimator.Estimate(table, Problems.Split(table, 0.3));
        for (int i = 0; i < 6; i++)
            for (int j = 0; j < 6; j++)
                for (int k = 0; k < 6; k++)
                    if (i != j && i / 3 == j / 3 && i / 3 != k / 3)
                        Assert.IsGreaterThan(affinity[i, k] + 0.2, affinity[i, j]);
    }

    /// <summary>Six regressions, each on rows of its own; three follow one pair of features, three another.</summary>
    private static TaskTable Indexed()
    {
        const int tasks = 6, rows = 900, features = 5;
        var random = new RandomStream(9, "cross error");
        float[] x = new float[rows * features], y = new float[rows * tasks];
        Array.Fill(y, float.NaN);
        foreach (ref float v in x.AsSpan())
            v = (float)random.NextNormal();
        for (int r = 0; r < rows; r++)
        {
            int task = r % tasks, first = task / 3 * 2;
            double signal = x[r * features + first] + Math.Abs(x[r * features + first + 1]);
            y[r * tasks + task] = (float)(10 * task + (1 + task) * (signal + 0.2 * random.NextNormal()));
        }
        return new TaskTable(x, features, [.. Enumerable.Range(0, tasks).Select(t =>
            new TaskInfo($"t{t}", TaskKind.Regression))], y);
    }
}
