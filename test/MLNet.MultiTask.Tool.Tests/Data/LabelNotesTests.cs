using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Tests.Data;

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
            "Note: d.csv: few labels are in the training rows: 'A' 3.",
            "Note: d.csv: classes that no training row has cannot be learned: 'r' of 'C'.",
            "Note: d.csv: labels are ten thousand times as far from the median as nearly all others: 1E+09 of 'Y'; are " +
                "they mistyped?",
        }, LabelNotes.Find("d.csv", table, train));
        labels[35 * 4 + 2] = 4;
        Assert.HasCount(1, LabelNotes.Find("d.csv", new TaskTable(new float[40], 1, tasks, labels), [.. train, 39])
            .Where(n => !n.Contains("few", StringComparison.Ordinal)).Prepend(""));
    }
}
