using MLNet.MultiTask.Data;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class FarLabelsTests
{
    [TestMethod]
    [DataRow(40, 5, 1e30f), DataRow(40, 39, -1e30f), DataRow(3000, 17, 1e18f)]
    public void ThrowIfAny_OneLabelBeyondSinglePrecision_NamesTaskValueAndRow(int rows, int at, float far)
    {
        TaskTable table = Table(rows, i => i == at ? far : i % 7);
        string message = Assert.ThrowsExactly<ArgumentException>(() =>
            FarLabels.ThrowIfAny(table, [0, 1], All(table), row => $"row {row}")).Message;
        StringAssert.Contains(message, $"task 'y' has {(far < 0 ? "-" : "")}1E+{(rows > 40 ? 18 : 30)} in row {at}. ");
    }

    [TestMethod]
    public void Fit_TargetOf1e30AmongSmallOnes_IsRefusedBeforeAnyStep()
    {
        foreach (int at in (int[])[3, 37])
        {
            TaskTable table = Table(40, i => i == at ? 1e30f : i % 7);
            var split = new RowSplit([.. Enumerable.Range(0, 30)], [.. Enumerable.Range(30, 10)]);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
                new SharedBottomLearner(new()).Fit(table, split, [0, 1], new())).Message, $"1E+30 in row {at}");
        }
    }

    [TestMethod]
    public void Find_WideButHonestLabels_FindsNone()
    {
        float[][] honest =
        [
            [.. Enumerable.Range(0, 200).Select(i => MathF.Exp(i / 20f))], // ten e-foldings
            [.. Enumerable.Range(0, 200).Select(i => i % 20 == 0 ? 1f : 0)], // mostly zeros
            [.. Enumerable.Range(0, 200).Select(i => i % 20 == 0 ? 5f : i * 1e-17f)], // zeros of rounding
            [.. Enumerable.Range(0, 200).Select(i => 1e30f + i * 1e24f)], // large throughout
            [.. Enumerable.Range(0, 200).Select(i => i == 9 ? 1e9f : i % 7)], // a slip that other tasks can live with
            [1, 1e30f], [1, 2, 3],
        ];
        foreach (float[] labels in honest)
        {
            TaskTable table = Table(labels.Length, i => labels[i]);
            Assert.IsEmpty(FarLabels.Find(table, 0, All(table)));
        }
    }

    [TestMethod]
    public void Find_FarLabelOfARowThatIsNotAskedFor_FindsNone()
    {
        TaskTable table = Table(40, i => i == 5 ? 1e30f : i % 7);
        Assert.IsEmpty(FarLabels.Find(table, 0, [.. All(table).Where(row => row != 5)]));
        CollectionAssert.AreEqual(new[] { 5 }, FarLabels.Find(table, 0, All(table)));
    }

    private static int[] All(TaskTable table) => [.. Enumerable.Range(0, table.RowCount)];

    private static TaskTable Table(int rows, Func<int, float> label)
    {
        var random = new RandomStream(1, "far");
        float[] features = [.. Enumerable.Range(0, rows * 2).Select(_ => (float)random.NextNormal())];
        return new TaskTable(features, 2, [new TaskInfo("y", TaskKind.Regression), new TaskInfo("z", TaskKind.Binary)],
            [.. Enumerable.Range(0, rows).SelectMany(i => new[] { label(i), i % 2 })]);
    }
}
