using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class ProbeDesignTests
{
    [TestMethod]
    [DataRow(2, 10)]
    [DataRow(3, 4)]
    [DataRow(4, 2)]
    [DataRow(5, 2)]
    [DataRow(6, 2)]
    public void Of_FewTasks_TrainsEveryGroupEquallyOften(int tasks, int runs)
    {
        (int[] Members, int Draw)[] design = ProbeDesign.Of(Names(tasks), 60, null, 1);
        int[] counts = [.. design.GroupBy(d => string.Join(',', d.Members)).Select(g => g.Count())];
        Assert.HasCount((1 << tasks) - 1, counts);
        CollectionAssert.AreEqual(Enumerable.Repeat(runs, counts.Length).ToArray(), counts);
        Check(design);
        Assert.HasCount(3 * ((1 << tasks) - 1), ProbeDesign.Of(Names(tasks), 60, 3, 1));
    }

    [TestMethod]
    [DataRow(60, 6)]
    [DataRow(12, 2)]
    [DataRow(25, 2)]
    public void Of_MoreTasks_TrainsSomeGroupsTwiceWithOtherRandomNumbers(int count, int draws)
    {
        (int[] Members, int Draw)[] design = ProbeDesign.Of(Names(9), count, null, 1);
        Assert.HasCount(count, design);
        Assert.AreEqual(count / 5, count - design.DistinctBy(d => string.Join(',', d.Members)).Count());
        Assert.AreEqual(draws, design.Max(d => d.Draw) + 1);
        Check(design);
        int[] uses = [.. Enumerable.Range(0, 9).Select(t => design.Count(d => d.Members.Contains(t)))];
        Assert.IsTrue(uses.Max() - uses.Min() <= count / 5 + 1, string.Join(' ', uses));
    }

    [TestMethod]
    public void Of_FewTasksInAnotherOrder_GivesEveryGroupTheSameRandomNumbers()
    {
        string[] names = Names(5), moved = [.. Enumerable.Reverse(names)];
        string[] Runs(string[] tasks) => [.. ProbeDesign.Of(tasks, 60, null, 1)
            .Select(d => string.Join(',', d.Members.Select(t => tasks[t]).Order()) + " " + d.Draw).Order()];
        CollectionAssert.AreEqual(Runs(names), Runs(moved));
        CollectionAssert.AreNotEqual(Runs(names), Runs([.. names.Select(name => name + "'")]));
    }

    private static string[] Names(int tasks) => [.. Enumerable.Range(0, tasks).Select(t => $"task {t}")];

    // A group that meets the same random numbers twice is trained for nothing; a draw of one group tells no luck.
    private static void Check((int[] Members, int Draw)[] design)
    {
        Assert.HasCount(design.Length, design.DistinctBy(d => (string.Join(',', d.Members), d.Draw)).ToArray());
        int[] draws = [.. design.GroupBy(d => d.Draw).Select(g => g.Count())];
        Assert.IsTrue(draws.Min() >= 3 && draws.Max() <= 13, string.Join(' ', draws));
    }
}
