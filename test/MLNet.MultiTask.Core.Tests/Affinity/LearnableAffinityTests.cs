using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Core.Tests.Affinity;

[TestClass]
public class LearnableAffinityTests
{
    [TestMethod]
    public void Estimate_TasksThatCannotBeMeasured_AreSetAsideByNameWithoutGain()
    {
        TaskAffinity affinity = LearnableAffinity.Estimate(new Numbered(), Table(), Split(),
            UnlearnableTasks.SetAside, null, default);

        CollectionAssert.AreEqual(new[] { "a", "oneClass", "b", "unseen" }, affinity.TaskNames.ToArray());
        CollectionAssert.AreEqual(new double[] { 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0 },
            affinity.Values.ToArray());
        Assert.HasCount(1, affinity.Warnings);
        StringAssert.StartsWith(affinity.Warnings[0], "Tasks 'oneClass', 'unseen' are set aside: the 3 training rows",
            StringComparison.Ordinal);
        // The constant 1/3 of 'oneClass', which is 0 in training: validation label 0 costs nothing.
        CollectionAssert.AreEqual(new[] { 0.5, 0, 0.25 }, affinity.PredictGroup!([2, 1, 0]));
    }

    [TestMethod]
    public void Estimate_ToBeRefused_NamesAll()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => LearnableAffinity.Estimate(new Numbered(),
            Table(), Split(), UnlearnableTasks.Refuse, null, default)).Message, "'oneClass'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => LearnableAffinity.Estimate(new Numbered(),
            Table().Select([3]), Split(), UnlearnableTasks.SetAside, null, default)).Message, "'unseen'");
    }

    private static RowSplit Split() => new([0, 1, 2], [3]);

    // Rows 0 to 2 train, row 3 validates: 'oneClass' has one class, 'unseen' no validation label.
    private static TaskTable Table() => new([1f, 2, 3, 4], 1,
        [.. new[] { "a", "oneClass", "b", "unseen" }.Select(n => new TaskInfo(n, TaskKind.Binary))],
        [0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, float.NaN]);

    /// <summary>Affinities 1, 2, … and losses 1/4, 1/2, …</summary>
    private sealed class Numbered : ITaskAffinityEstimator
    {
        public string Name => "Numbered";

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
            new([.. table.Tasks.Select(t => t.Name)],
                [.. Enumerable.Range(1, table.Tasks.Count * table.Tasks.Count).Select(v => (double)v)], Name)
            {
                PredictGroup = group => [.. group.Select(t => 0.25 * (t + 1))],
            };
    }
}
