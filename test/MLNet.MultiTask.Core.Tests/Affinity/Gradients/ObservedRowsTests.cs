using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class ObservedRowsTests
{
    [TestMethod]
    public void Any_MissingLabels_CountsTheRowsOneByOne()
    {
        TaskTable table = AffinityFixture.Mixed(200);
        int[] rows = [.. Enumerable.Range(0, 200).Where(r => r % 3 != 0)];
        var observed = new ObservedRows(table, rows);
        for (int mask = 1; mask < 16; mask++)
        {
            int[] subset = [.. Enumerable.Range(0, 4).Where(t => (mask >> t & 1) != 0)];
            int expected = rows.Count(r => subset.Any(t => table.IsObserved(r, t)));
            Assert.AreEqual(expected, observed.Any(subset), string.Join(',', subset));
        }
        for (int t = 0; t < 4; t++)
            Assert.AreEqual(observed.Any([t]), observed.Counts[t]);
    }

    [TestMethod]
    public void Any_TaskObservedEverywhere_IsEveryRow()
    {
        TaskInfo[] tasks = [new("all", TaskKind.Binary), new("some", TaskKind.Binary)];
        var table = new TaskTable([1, 2, 3], 1, tasks, [0, 1, 1, float.NaN, 0, float.NaN]);
        var observed = new ObservedRows(table, [0, 1, 2]);
        Assert.AreEqual(3, observed.Any([0, 1]));
        Assert.AreEqual(1, observed.Any([1]));
    }
}
