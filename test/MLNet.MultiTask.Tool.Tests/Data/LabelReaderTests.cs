using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Tests.Data;

[TestClass]
public sealed class LabelReaderTests
{
    [TestMethod]
    public void Read_LabelColumns_MapsTruthsClassesAndMissingCells()
    {
        (IReadOnlyList<TaskInfo> tasks, float[] labels) = Read(
            ["b,r,c", "1,2.5,x", "false,,10", ",1e3,9", "TRUE,-1,"], null, null,
            new("b", TaskKind.Binary), new("r", TaskKind.Regression), new("c", TaskKind.Multiclass));

        CollectionAssert.AreEqual(new[] { "10", "9", "x" }, tasks[2].ClassNames.ToArray());
        const float missing = float.NaN;
        CollectionAssert.AreEqual(new[] { 1, 2.5f, 2, 0, missing, 0, missing, 1000, 1, 1, -1, missing }, labels);
    }

    [TestMethod]
    public void Read_TaskIds_GivesEachRowToItsTaskInNumericOrder()
    {
        string[] lines = ["id,y", "10,1", "2,0", "10,0"];

        (IReadOnlyList<TaskInfo> tasks, float[] labels) = Read(lines, "id", null, new LabelColumn("y", null));

        CollectionAssert.AreEqual(new[] { "2", "10" }, tasks.Select(t => t.Name).ToArray());
        Assert.IsTrue(tasks.All(t => t.Kind == TaskKind.Binary));
        const float missing = float.NaN;
        CollectionAssert.AreEqual(new[] { missing, 1, 0, missing, missing, 0 }, labels);
    }

    [TestMethod]
    public void Read_TasksOfAModel_KeepsTheirOrderAndIds()
    {
        TaskInfo[] model = [new("10", TaskKind.Regression), new("3", TaskKind.Regression),
            new("2", TaskKind.Regression)];
        (IReadOnlyList<TaskInfo> tasks, float[] labels) = Read(["id,y", "2,1", "10,0"], "id", model,
            new LabelColumn("y", null));
        CollectionAssert.AreEqual(model, tasks.ToArray());
        const float missing = float.NaN;
        CollectionAssert.AreEqual(new[] { missing, missing, 1, 0, missing, missing }, labels);

        var e = Assert.ThrowsExactly<InputException>(() => { Read(["id,y", "4,1"], "id", model,
            new LabelColumn("y", null)); });
        StringAssert.Contains(e.Message,
            "d.csv line 2: task id column 'id' holds '4'; the model has no such task among its 3",
            StringComparison.Ordinal);
    }

    private static (IReadOnlyList<TaskInfo> Tasks, float[] Labels) Read(
        string[] lines, string? idColumn, TaskInfo[]? model, params LabelColumn[] labels)
    {
        using var folder = new TemporaryFolder();
        var description = new DataDescription
        {
            Path = folder.Write("d.csv", lines),
            Labels = labels,
            TaskIdColumn = idColumn,
        };
        CsvTable csv = CsvTable.Read(description.Path, description.Format, description.Texts, CancellationToken.None);
        var bad = new BadCells(csv);
        (IReadOnlyList<TaskInfo>, float[]) read =
            new LabelReader(csv, [.. Enumerable.Range(0, csv.RowCount)], bad, model).Read(description);
        bad.ThrowIfAny();
        return read;
    }
}
