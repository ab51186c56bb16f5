using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class RowSampleTests
{
    [TestMethod]
    public void Of_FewRows_AreTheRowsThemselves()
    {
        TaskTable table = Table(3000, 4, _ => true);
        int[] rows = AffinityFixture.AllRows(table);
        Assert.AreSame(rows, RowSample.Of(table, rows, 1));
    }

    [TestMethod]
    public void Of_ManyTasks_IsAnAscendingSampleThatTheSeedDecides()
    {
        TaskTable table = Table(5000, 400, _ => true);
        int[] rows = [.. AffinityFixture.AllRows(table).Where(r => r % 2 == 1 || r > 1000)];
        int[] sample = RowSample.Of(table, rows, 1);
        Assert.AreEqual(RowSample.MostRows(400), sample.Length);
        CollectionAssert.AreEqual(sample.Distinct().Order().ToArray(), sample);
        CollectionAssert.IsSubsetOf(sample, rows);
        CollectionAssert.AreEqual(sample, RowSample.Of(table, rows, 1));
        CollectionAssert.AreNotEqual(sample, RowSample.Of(table, rows, 2));
        Assert.AreEqual(rows.Average(), sample.Average(), 100);
    }

    [TestMethod]
    public void Of_TaskSeldomObserved_TakesAllRows()
    {
        TaskTable table = Table(5000, 400, r => r % 25 == 0);
        int[] rows = AffinityFixture.AllRows(table);
        Assert.AreSame(rows, RowSample.Of(table, rows, 1));
    }

    private static TaskTable Table(int rows, int tasks, Func<int, bool> firstIsObserved) => new(new float[rows], 1,
        [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Binary))],
        [.. Enumerable.Range(0, rows * tasks)
            .Select(p => p % tasks == 0 && !firstIsObserved(p / tasks) ? float.NaN : p % 2)]);
}
