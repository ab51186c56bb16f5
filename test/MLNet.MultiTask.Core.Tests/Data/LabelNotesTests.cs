using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class LabelNotesTests
{
    [TestMethod]
    public void Find_FewLabelsStrangeClassesAndFarLabels_AreNamed()
    {
        TaskInfo[] tasks = [new("A", TaskKind.Binary), new("C", TaskKind.Multiclass, ["p", "q", "r"]),
            new("Y", TaskKind.Regression) { Offset = 100 }, new("B", TaskKind.Binary)];
        float[] labels = [.. Enumerable.Range(0, 40).SelectMany(i => new[]
        {
            i < 3 ? i % 2 : float.NaN, i == 39 ? 2 : i % 2, i == 35 ? 1e9f : i % 5, i % 2,
        })];
        var table = new TaskTable(new float[40], 1, tasks, labels);
        int[] train = [.. Enumerable.Range(0, 30)];
        CollectionAssert.AreEqual(new[]
        {
            "few labels are in the training rows: 'A' 3.",
            "classes that no training row has cannot be learned: 'r' of 'C'.",
            "labels are ten thousand times as far from the median as nearly all others: 1E+09 of 'Y'; are " +
                "they mistyped?",
        }, LabelNotes.Find(table, train));
        labels[35 * 4 + 2] = 4;
        Assert.HasCount(1, LabelNotes.Find(new TaskTable(new float[40], 1, tasks, labels), [.. train, 39])
            .Where(n => !n.Contains("few", StringComparison.Ordinal)).Prepend(""));
    }
}
